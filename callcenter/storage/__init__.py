"""The database: tables, migrations, repositories. SQLite or PostgreSQL."""
