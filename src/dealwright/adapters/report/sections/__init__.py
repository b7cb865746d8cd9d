"""The sections of the page, one module each: from the summary to blocks."""
