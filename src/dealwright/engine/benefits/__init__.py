"""Then: one family of benefits per file, listed in `engine.catalogue`."""
