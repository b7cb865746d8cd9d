"""What a cart costs, what is set aside, sold, refunded and counted."""
