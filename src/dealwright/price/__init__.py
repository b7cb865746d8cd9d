"""At what price: single prices, paths, markdowns, tiers, bundles and the rules they obey."""
