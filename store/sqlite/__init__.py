"""A ledger in one SQLite file: the only place that knows its tables, and SQL."""
