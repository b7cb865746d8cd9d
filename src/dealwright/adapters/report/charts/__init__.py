"""The report's pictures: Vega-Lite specifications, drawn to SVG without a browser or the network.

Raises MissingExtraError on import where the libraries that draw are not installed.
"""

from __future__ import annotations

from dealwright.core.errors import MissingExtraError

try:
    import altair  # noqa: F401  looked for here, before any picture is
    import vl_convert  # noqa: F401
except ImportError as missing:
    raise MissingExtraError(str(missing.name), extra="report", purpose="drawing the report") from missing
