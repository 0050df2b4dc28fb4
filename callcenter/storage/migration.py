"""Brings a database to the shape this version needs, and says which shape it has."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from callcenter.domain.errors import ConfigError
from callcenter.storage.database import MIGRATION_TIMEOUT_MS, explained, make_folder, parse_url, sync_engine

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x63616C6C
"""Key of the PostgreSQL lock that keeps two processes from migrating at once."""


def head() -> str:
    """The revision this version of the product needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise ConfigError(str(_FOLDER), "no migrations are installed", "install the product again")
    return revision


def current(url: str) -> str | None:
    """The database's revision; None when it is empty or not there yet. Raises ``ProviderError`` when unreachable."""
    parsed = parse_url(url)
    if parsed.drivername.startswith("sqlite") and not Path(parsed.database or "").exists():
        return None
    engine = sync_engine(parsed)
    try:
        with explained(), engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def upgrade(url: str) -> str:
    """Bring the database to :func:`head`, making it when missing; all steps or none. Returns the revision."""
    parsed = parse_url(url)
    with explained():
        make_folder(parsed)
    engine = sync_engine(parsed, MIGRATION_TIMEOUT_MS).execution_options(writes=True)
    try:
        with explained(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            _refuse_unknown(MigrationContext.configure(connection).get_current_revision())
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
    return head()


def check(url: str) -> None:
    """Raise ``ConfigError``, naming the mend, unless the database has exactly the shape we need."""
    found, wanted = current(url), head()
    if found == wanted:
        return
    _refuse_unknown(found)
    state = "is empty" if found is None else f"is at revision {found}, this version needs {wanted}"
    raise ConfigError("database", state, "run: callcenter db upgrade")


def _refuse_unknown(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise ConfigError(
            "database",
            f"revision {revision} is unknown here: it was made by a newer version",
            "install that version, or restore the backup made before it",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
