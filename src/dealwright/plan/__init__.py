"""Which promotions to run, when and how deep: the problem, its constraints and its solvers."""
