"""When: one family of conditions per file, listed in `engine.catalogue`."""
