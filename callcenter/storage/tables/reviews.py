"""What people do with scores: reviews, comments, calibration, risk cases, sampling plans and draws."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from callcenter.storage.tables.base import metadata

# Each has the whole record as JSON beside the columns it is looked for by.
reviews = Table(
    "reviews",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("contact_ms", BigInteger, nullable=False, index=True),
    Column("changed_ms", BigInteger, nullable=False),
    Column("review", Text, nullable=False),
    Index(None, "reviewer", "state"),
    Index(None, "state", "due_ms"),
    Index(None, "agent", "changed_ms"),
    Index(None, "plan", "period"),
)

review_comments = Table(
    "review_comments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("review", Text, nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("moment_ms", BigInteger),
    Column("text", Text, nullable=False),
)

calibration_sessions = Table(
    "calibration_sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("session", Text, nullable=False),
)

risk_cases = Table(
    "risk_cases",
    metadata,
    Column("id", Text, primary_key=True),
    # A contact has one case; more rules are added to it.
    Column("contact", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("risk_case", Text, nullable=False),
    Index(None, "state", "due_ms"),
)

sampling_plans = Table(
    "sampling_plans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("plan", Text, nullable=False),
)

sampling_draws = Table(
    "sampling_draws",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("draw", Text, nullable=False),
)
