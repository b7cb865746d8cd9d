"""Forecasting models behind one protocol, by name."""
