"""Proof that the till keeps its promises: races, crashes and clocks against the user's own database."""
