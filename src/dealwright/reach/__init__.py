"""By which channel: how marketing money is split."""
