"""What customers will be worth: how often they will come again, what they will spend, and who has left."""
