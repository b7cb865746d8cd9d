"""How a marketing budget is split over channels."""
