"""The database: tables, migrations, repositories. SQLite or PostgreSQL."""

from callcenter.storage.migration import check, current, head, upgrade
from callcenter.storage.storage import Storage

__all__ = ["Storage", "check", "current", "head", "upgrade"]
