"""What goes wrong with live campaigns, and what is done about it."""
