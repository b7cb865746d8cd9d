"""What will sell, why, and how demand answers to prices and promotions."""
