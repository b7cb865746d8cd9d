"""Which promotions to run: limits, objectives, what they truly add, and why."""
