"""Which shelf prices to ask, and how they fall to clear stock."""
