"""The shop's own data: brought in, checked, and read the way the other parts need it."""
