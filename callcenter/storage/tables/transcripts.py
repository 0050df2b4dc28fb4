"""What was said in recordings, sealed, and the jobs that find it out."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from callcenter.storage.tables.base import RowId, metadata

transcripts = Table(
    "transcripts",
    metadata,
    # The recording's id.
    Column("source", Text, primary_key=True),
    Column("contact", Text, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    # The turns as JSON, sealed, and which key seals them.
    Column("turns", Text, nullable=False),
    Column("sealed_with", Text, nullable=False, index=True),
)

# Which transcript the index means by a position; positions go by the time of contacts. One that was replaced: none.
# The words are in ``transcript_terms``, which each database keeps in its own way: see the migration.
transcript_index = Table(
    "transcript_index",
    metadata,
    Column("position", RowId, primary_key=True, autoincrement=False),
    Column("source", Text, unique=True),
    Column("contact", Text, nullable=False),
)

transcription_jobs = Table(
    "transcription_jobs",
    metadata,
    Column("recording", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("filed_ms", BigInteger, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("not_before_ms", BigInteger, nullable=False),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("worker", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("done_ms", BigInteger, nullable=False),
    Column("took_ms", BigInteger, nullable=False),
    Index(None, "state", "position"),
    Index(None, "state", "done_ms"),
)
