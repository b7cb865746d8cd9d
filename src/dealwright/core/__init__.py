"""Words every part shares; no business rules."""
