"""Campaigns, their versions and the audit log, in memory and in the till's database."""
