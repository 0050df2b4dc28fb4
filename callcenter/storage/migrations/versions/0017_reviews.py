"""Reviews, comments, calibration, risk cases, sampling plans and draws; what is locked is not deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_REFUSAL = "the contact is locked by a risk case"
_KEPT = {
    "recordings": "contact",
    "transcripts": "contact",
    "chat_messages": "conversation",
    "chat_files": "conversation",
}


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    op.create_table(
        "reviews",
        *_texts("id", "contact", "agent", "reviewer", "state"),
        _version(),
        *_texts("plan", "period"),
        *_numbers("due_ms", "contact_ms", "changed_ms"),
        *_texts("review"),
        _key("reviews", "id"),
    )
    for names in (
        ["contact"],
        ["contact_ms"],
        ["reviewer", "state"],
        ["state", "due_ms"],
        ["agent", "changed_ms"],
        ["plan", "period"],
    ):
        op.create_index(op.f(f"ix_reviews_{'_'.join(names)}"), "reviews", names)
    op.create_table(
        "review_comments",
        *_texts("id", "review", "by"),
        *_numbers("at_ms"),
        sa.Column("moment_ms", sa.BigInteger()),
        *_texts("text"),
        _key("review_comments", "id"),
    )
    op.create_index(op.f("ix_review_comments_review"), "review_comments", ["review"])
    op.create_table(
        "calibration_sessions",
        *_texts("id"),
        _version(),
        *_numbers("made_ms"),
        *_texts("session"),
        _key("calibration_sessions", "id"),
    )
    op.create_table(
        "risk_cases",
        *_texts("id", "contact", "state", "assignee"),
        *_numbers("due_ms"),
        _version(),
        *_texts("risk_case"),
        _key("risk_cases", "id"),
        sa.UniqueConstraint("contact", name=op.f("uq_risk_cases_contact")),
    )
    op.create_index(op.f("ix_risk_cases_state_due_ms"), "risk_cases", ["state", "due_ms"])
    op.create_table(
        "sampling_plans",
        *_texts("id"),
        _version(),
        sa.Column("active", sa.Boolean(), nullable=False),
        *_texts("plan"),
        _key("sampling_plans", "id"),
    )
    op.create_table(
        "sampling_draws",
        *_texts("plan", "period"),
        *_numbers("at_ms"),
        *_texts("draw"),
        _key("sampling_draws", "plan", "period"),
    )
    _keep_what_is_locked()


def _keep_what_is_locked() -> None:
    """No deletion of what a conversation left while its risk case is open, by whatever program."""
    locked = "EXISTS (SELECT 1 FROM risk_cases WHERE contact = OLD.{} AND state <> 'closed')"
    if op.get_bind().dialect.name == "sqlite":
        for table, column in _KEPT.items():
            op.execute(
                f"CREATE TRIGGER {table}_locked BEFORE DELETE ON {table} WHEN {locked.format(column)} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        op.execute(
            "CREATE TRIGGER risk_cases_locked BEFORE DELETE ON risk_cases WHEN OLD.state <> 'closed' "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION locked_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for column in sorted(set(_KEPT.values())):
        op.execute(
            f"CREATE FUNCTION locked_{column}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {locked.format(column)} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN OLD; END $$"
        )
    for table, column in _KEPT.items():
        op.execute(
            f"CREATE TRIGGER {table}_locked BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION locked_{column}()"
        )
    op.execute(
        "CREATE TRIGGER risk_cases_locked BEFORE DELETE ON risk_cases FOR EACH ROW WHEN (OLD.state <> 'closed') "
        "EXECUTE FUNCTION locked_refuse()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _KEPT:
            op.execute(f"DROP TRIGGER {table}_locked")
    else:
        for table in _KEPT:
            op.execute(f"DROP TRIGGER {table}_locked ON {table}")
    for table in (
        "sampling_draws",
        "sampling_plans",
        "risk_cases",
        "calibration_sessions",
        "review_comments",
        "reviews",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for name in ("locked_refuse", *(f"locked_{column}" for column in sorted(set(_KEPT.values())))):
            op.execute(f"DROP FUNCTION {name}()")
