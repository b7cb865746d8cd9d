"""The till as one object: prices carts, holds and commits what they use, takes returns, over one database."""
