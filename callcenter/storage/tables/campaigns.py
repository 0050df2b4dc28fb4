"""Campaigns, the attempts to reach their leads, and who may not be called."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from callcenter.storage.tables.base import metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    # The whole campaign as JSON.
    Column("campaign", Text, nullable=False),
)

lead_attempts = Table(
    "lead_attempts",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("lead", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("outcome", Text, nullable=False),
    Column("dialled", Boolean, nullable=False),
    Column("agent", Text, nullable=False),
    Column("disposition", Text, nullable=False),
    # Which rules allowed it, by which facts, as JSON.
    Column("verdict", Text, nullable=False),
    Index(None, "lead", "began_ms"),
    Index(None, "number", "began_ms"),
    Index(None, "campaign", "began_ms"),
)

# Dialled attempts that came to their end, by quarter of an hour, so that no page counts attempts.
campaign_figures = Table(
    "campaign_figures",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("quarter_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("outcome", Text, primary_key=True),
    Column("attempts", BigInteger, nullable=False),
    Column("line_ms", BigInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

# Agents' time of campaigns that run, by quarter of an hour.
campaign_pacing = Table(
    "campaign_pacing",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("quarter_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("present_ms", BigInteger, nullable=False),
    Column("busy_ms", BigInteger, nullable=False),
    Column("ahead_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What is to happen to a campaign by itself, and when.
campaign_due = Table(
    "campaign_due",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("errand", Text, primary_key=True),
    Column("due_ms", BigInteger, nullable=False),
    Index(None, "due_ms"),
)

campaign_reports = Table(
    "campaign_reports",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("from_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("to_ms", BigInteger, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    # The figures as JSON.
    Column("report", Text, nullable=False),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("number", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
