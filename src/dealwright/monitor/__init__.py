"""What could go wrong: live figures against what was expected, alarms whose errors are controlled, proposed actions."""
