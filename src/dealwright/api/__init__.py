"""The till over HTTP: REST with OpenAPI, problems in one shape, lean routes where it must be fast."""
