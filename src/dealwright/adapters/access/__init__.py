"""Keys of clients in memory and in a SQL database."""
