"""The command line: results on standard output, progress on standard error.

Exit codes: 0 done, 1 refused or failed (the message says why), 2 wrong usage, 3 `check --strict` found something
serious. Commands load the analytical libraries only when they run.
"""

from __future__ import annotations

import json
import sys
from typing import NoReturn

from dealwright.cli.commands import app
from dealwright.core.errors import DealwrightError, InputError


def main() -> None:
    """Run the command line; the one place where refusals become messages and exit codes."""
    try:
        app()
    except DealwrightError as error:
        _refuse(error, *(error.problems if isinstance(error, InputError) else [str(error)]))
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        _refuse(error, f"{error.strerror or error}{place}; check the path, the rights and the space left")
    except KeyboardInterrupt:
        sys.stderr.write("dealwright: interrupted; nothing half-done was kept\n")
        raise SystemExit(130) from None


def _refuse(error: Exception, *problems: str) -> NoReturn:
    if "--json" in sys.argv:
        json.dump({"error": type(error).__name__, "problems": problems}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    sys.stderr.write(f"dealwright: {InputError(*problems)}\n")
    raise SystemExit(1) from None
