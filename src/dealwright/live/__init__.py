"""The Python door to what runs: campaigns, events, watching and reviews, over the till's database."""
