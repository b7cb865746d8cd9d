"""A shop whose truth is known: simulated shoppers, to check what is inferred from their purchases."""
