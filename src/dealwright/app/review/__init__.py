"""What past promotions really earned."""
