"""IS IT LAWFUL?: what the law on prices and promotions asks of a campaign, rule by rule, with the evidence."""
