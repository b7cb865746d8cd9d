"""What is raised when a broker cannot be reached."""

from __future__ import annotations

from dealwright.core.errors import DealwrightError


class BrokerUnavailableError(DealwrightError):
    """The broker cannot be reached; what was pulled and not acknowledged comes again."""
