"""Alerts and automatic actions, in memory or in the till's database."""
