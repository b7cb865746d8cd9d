"""Use cases: one verb per file; the only layer that sees several parts."""
