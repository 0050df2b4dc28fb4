"""Words of notes, as they are kept for searching and as they are looked for.

An index of our own instead of the databases' full text: SQLite's FTS5 and PostgreSQL's ``pg_trgm`` or ``tsvector`` cut
texts differently, so the same search would find different contacts; trigrams miss Chinese words of two characters, the
most common length; an extension may be missing on a bank's PostgreSQL; and all of them answer in their own order, so
the newest fifty of a common word need the sorting of all its hits. Rows of ``contact_words`` lie by word and then by
time on both databases: the newest fifty are the first fifty.

Writing without spaces (Han, Kana, Thai ...) is kept as overlapping pairs of characters, everything else as words. A
single character is too common to be worth an index: the search then reads notes, newest first.
"""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.domain.written_words import RUN, Wanted, folded

LONGEST_WORD = 24
MOST_WORDS = 2_000
"""Of one note: a text of 10,000 characters has fewer different words than that."""


def words_of(texts: Iterable[str]) -> list[str]:
    """Every word that is kept for these texts, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for unspaced, word in RUN.findall(folded(text)):
            if word:
                found[word[:LONGEST_WORD]] = None
            for at in range(len(unspaced) - 1):
                found[unspaced[at : at + 2]] = None
            if len(found) >= MOST_WORDS:
                return list(found)[:MOST_WORDS]
    return list(found)


def pairs_of(piece: Wanted) -> list[str]:
    """The kept words that a piece without spaces is made of; none for a single character, or for signs."""
    if not RUN.fullmatch(piece.text):
        return []
    return [piece.text[at : at + 2] for at in range(len(piece.text) - 1)]


def holds(texts: Iterable[str], pieces: Iterable[Wanted]) -> bool:
    """Whether every piece stands somewhere in the texts."""
    compared = [folded(text) for text in texts]
    words = [word for text in compared for _unspaced, word in RUN.findall(text)]
    return all(
        any(word.startswith(piece.text) for word in words) if piece.prefix else any(piece.text in t for t in compared)
        for piece in pieces
    )
