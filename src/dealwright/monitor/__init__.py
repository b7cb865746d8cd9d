"""What could go wrong: live figures against what was expected, alarms with controlled errors, proposed actions."""
