"""Which offer each customer gets, if any, when money, fairness and frequency are limited."""
