"""The JSON shapes of the REST API and their translation; never the types of the domain."""
