"""What to show to whom: recommenders behind one protocol, ranked, filtered, explained and judged."""
