"""Conformance cases of a promotion engine: read from a file, priced by the till, compared with what is expected."""
