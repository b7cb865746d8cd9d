"""A campaign's life: drafted, checked against rules and law, launched, changed, measured."""
