"""The outside world: databases and files."""
