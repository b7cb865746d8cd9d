"""Who buys: features and segments of customers."""
