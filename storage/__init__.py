"""How everything is kept: in SQLite or PostgreSQL, by the same code."""
