"""What to show and to offer to whom."""
