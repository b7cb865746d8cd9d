"""Facts: what happened in the shop."""
