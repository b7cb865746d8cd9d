"""The till's books: in memory, in SQLite, in PostgreSQL."""
