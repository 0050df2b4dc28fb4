"""The index of what was said: which transcripts may hold the words looked for, and nothing readable.

Both databases keep numbers instead of words: keyed hashes of single characters and pairs (writing without spaces) and
of the beginnings of words, so that one character, two, a phrase and the beginning of an English word are all found.
SQLite's FTS5 and PostgreSQL's GIN over an array keep them small and quick, and neither cuts texts: FTS5's trigrams find
no Chinese word of two characters, and ``pg_trgm`` may be missing. Without the key of the seal the index tells no words.
A hash may belong to two words, and pairs may stand apart: what is found is read before it is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.speech import Transcript, is_live_source
from callcenter.domain.written_words import RUN, Wanted, folded
from callcenter.storage.ordinals import first_ordinal
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import contacts, transcript_index

_i = transcript_index.c
_BEGINNINGS = (1, 2, 3, 5, 8)
"""Of a word these many characters are kept."""
_BESIDE = 64
"""So many places are looked at in one go for a free one."""


def terms_of(texts: Iterable[str]) -> set[str]:
    """What is kept of these texts."""
    found: set[str] = set()
    for text in texts:
        for unspaced, word in RUN.findall(folded(text)):
            found.update(unspaced)
            found.update(unspaced[at : at + 2] for at in range(len(unspaced) - 1))
            found.update(f" {word[:length]}" for length in _BEGINNINGS if length <= len(word))
    return found


def terms_for(pieces: Iterable[Wanted]) -> set[str]:
    """What must be kept of a transcript in which these pieces stand; empty where they are all signs."""
    found: set[str] = set()
    for piece in pieces:
        if piece.prefix:
            found.add(f" {piece.text[: max(n for n in _BEGINNINGS if n <= len(piece.text))]}")
        elif RUN.fullmatch(piece.text):
            pairs = {piece.text[at : at + 2] for at in range(len(piece.text) - 1)}
            found |= pairs or {piece.text}
    return found


def hashed(terms: Iterable[str], key: bytes) -> list[int]:
    """The numbers of 32 bits that stand for these terms."""
    return sorted({_hash(term, key) for term in terms})


@lru_cache(maxsize=200_000)
def _hash(term: str, key: bytes) -> int:
    """Kept for the next transcript: the same few ten thousand pairs make up most of what people say."""
    return int.from_bytes(hashlib.blake2b(term.encode(), key=key, digest_size=4).digest(), "big", signed=True)


async def add(connection: AsyncConnection, seal: Seal, made: Sequence[Transcript]) -> None:
    """Index these transcripts, in place of what was indexed of them before. What was heard live is not."""
    dialect = connection.dialect.name
    recorded = [one for one in made if not is_live_source(one.source)]
    if not recorded:
        return
    places = await _placed(connection, recorded)
    rows = [
        {"position": place, "terms": _kept(dialect, hashed(_terms(transcript), seal.search_keys[0]))}
        for place, transcript in zip(places, recorded, strict=True)
    ]
    await connection.execute(_INSERT[dialect], rows)


def _terms(transcript: Transcript) -> set[str]:
    return terms_of(turn.text for turn in transcript.turns)


async def candidates(
    connection: AsyncConnection, seal: Seal, terms: set[str], floor: int, before: int, most: int
) -> list[int]:
    """Positions from ``floor`` up to, not including, ``before`` that may hold all of it, newest first."""
    dialect = connection.dialect.name
    either = [hashed(terms, key) for key in seal.search_keys]
    bounds = {"floor": floor, "before": before, "most": most}
    if dialect == "sqlite":
        wish = " OR ".join("(" + " AND ".join(f'"{_hex(n)}"' for n in one) + ")" for one in either)
        found = await connection.execute(_FIND_SQLITE, {"wish": wish, **bounds})
    else:
        any_of = " OR ".join(f"terms @> CAST(:t{n} AS integer[])" for n in range(len(either)))
        wishes = {f"t{n}": one for n, one in enumerate(either)}
        # For common words the planner would read every array instead of the index: it does not know how large they are.
        await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        found = await connection.execute(sa.text(_FIND_POSTGRES.format(any_of)), {**wishes, **bounds})
        await connection.execute(sa.text("SET LOCAL enable_seqscan = on"))
    return list(found.scalars())


async def _placed(connection: AsyncConnection, made: Sequence[Transcript]) -> list[int]:
    """Of each a place of its own beside its contact's; its former one, if any, is nobody's from now on."""
    former = _i.source.in_([one.source for one in made])
    await connection.execute(transcript_index.update().where(former).values(source=None, contact=""))
    known = sa.select(contacts.c.id, contacts.c.ordinal).where(contacts.c.id.in_({one.contact for one in made}))
    ordinals = {row.id: int(row.ordinal) for row in await connection.execute(known)}
    wanted = [ordinals.get(one.contact, first_ordinal(one.made_ms)) for one in made]
    taken = set((await connection.execute(sa.select(_i.position).where(_i.position.in_(wanted)))).scalars())
    places: list[int] = []
    for place in wanted:
        free = place
        while free in taken:
            free = await _next_free(connection, free, taken)
        taken.add(free)
        places.append(free)
    rows = [
        {"position": place, "source": one.source, "contact": one.contact}
        for place, one in zip(places, made, strict=True)
    ]
    await connection.execute(transcript_index.insert(), rows)
    return places


async def _next_free(connection: AsyncConnection, place: int, taken: set[int]) -> int:
    near = sa.select(_i.position).where(_i.position >= place, _i.position < place + _BESIDE)
    taken |= set((await connection.execute(near)).scalars())
    return next(n for n in range(place + 1, place + _BESIDE + 1) if n not in taken or n == place + _BESIDE)


def _kept(dialect: str, terms: Sequence[int]) -> str | list[int]:
    return " ".join(map(_hex, terms)) if dialect == "sqlite" else list(terms)


def _hex(number: int) -> str:
    return f"{number & 0xFFFFFFFF:08x}"


_INSERT = {
    "sqlite": sa.text("INSERT INTO transcript_terms (rowid, terms) VALUES (:position, :terms)"),
    "postgresql": sa.text(
        "INSERT INTO transcript_terms (position, terms) VALUES (:position, CAST(:terms AS integer[]))"
    ),
}
_FIND_SQLITE = sa.text(
    "SELECT rowid FROM transcript_terms WHERE transcript_terms MATCH :wish AND rowid >= :floor AND rowid < :before"
    " ORDER BY rowid DESC LIMIT :most"
)
# Materialized and without bounds inside: else PostgreSQL may walk along the positions and read every array.
_FIND_POSTGRES = (
    "WITH found AS MATERIALIZED (SELECT position FROM transcript_terms WHERE {})"
    " SELECT position FROM found WHERE position >= :floor AND position < :before ORDER BY position DESC LIMIT :most"
)
