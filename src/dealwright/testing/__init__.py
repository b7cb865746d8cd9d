"""For authors of plug-ins: checks that an implementation keeps the promises of its protocol."""
