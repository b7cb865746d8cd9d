"""Whether there is enough stock, and what to order or clear."""
