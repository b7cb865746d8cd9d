"""How the till's tables came to be, step by step; alembic runs them."""
