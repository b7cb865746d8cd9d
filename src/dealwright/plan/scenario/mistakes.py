"""What is wrong with a scenario file, line by line, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


def told(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Each mistake with where it is; `model` is what the file was read as."""
    return [line for problem in error.errors() for line in _lines(problem, model)]


def _lines(problem: Any, model: type[BaseModel]) -> Iterator[str]:
    where = ".".join(str(part) for part in problem["loc"])
    match problem["type"]:
        case "extra_forbidden":
            yield f"{where}: {_unknown(str(problem['loc'][-1]), _allowed_at(problem['loc'][:-1], model))}"
        case "value_error":
            for line in str(problem["ctx"]["error"]).splitlines():
                yield f"{where}: {line}" if where else line
        case "missing":
            yield f"{where}: is needed here"
        case _:
            yield f"{where}: {problem['msg']}; given {problem['input']!r}"


def _unknown(name: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, allowed, n=1)
    if near:
        return f"unknown; did you mean {near[0]!r}? Allowed here: {', '.join(allowed)}"
    return f"unknown; allowed here: {', '.join(allowed)}"


def _allowed_at(path: Sequence[str | int], model: type[BaseModel]) -> list[str]:
    """The keys of the block at `path`: names lead into blocks, numbers into lists of them."""
    for part in path:
        if isinstance(part, str):
            inner = _block_in(model.model_fields[part].annotation)
            assert inner is not None, f"{part} of {model.__name__} holds no block"
            model = inner
    return sorted(model.model_fields)


def _block_in(annotation: Any) -> type[BaseModel] | None:
    """The block that a field holds, alone, in a list or beside None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_block_in(inner) for inner in get_args(annotation))
    return next((block for block in found if block is not None), None)
