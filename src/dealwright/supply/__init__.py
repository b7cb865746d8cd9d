"""In stock: what a plan leaves on the shelf."""
