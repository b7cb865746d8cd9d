"""Next time: what a promotion really earned, and what that changes in the next plan."""
