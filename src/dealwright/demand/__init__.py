"""How much will be sold: baseline and response to promotions, with how sure we are."""
