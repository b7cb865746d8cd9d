"""Promises: what a shop says it will do; definitions, never evaluation."""
