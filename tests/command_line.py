"""The command line as somebody who types sees it."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from typing import Any
from unittest import mock

from dealwright.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Fails unless standard output is exactly one JSON document."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Standard error without the progress."""
        return self.err[self.err.index("dealwright: ") :]


def run(*words: object) -> Ran:
    out, err, code = io.StringIO(), io.StringIO(), 0
    argv = ["dealwright", *map(str, words)]
    with (
        mock.patch.object(sys, "argv", argv),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())
