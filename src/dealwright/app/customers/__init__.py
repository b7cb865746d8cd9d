"""Who the customers are: profiles, segments, rules, journeys, worth and leaving."""
