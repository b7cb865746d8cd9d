"""Did it work? Who gets what, and what it changed, with intervals."""
