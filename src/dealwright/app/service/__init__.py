"""Who may do what: keys, roles, the audit log, and long work."""
