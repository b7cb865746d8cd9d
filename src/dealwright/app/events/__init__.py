"""What happened in the shop: taken in once, counted for campaigns, forgotten in time."""
