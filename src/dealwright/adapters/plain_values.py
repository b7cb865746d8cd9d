"""Values as arrays and JSON: what is kept this way can be read back, but cannot run anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_TREE = "tree"


class PlainValues:
    """Writes and reads numbers, texts, tuples, mappings, arrays, sparse matrices, LightGBM trees and `kinds`.

    `kinds` are the dataclasses and enums that may be made; what a file names beyond them is refused.
    """

    def __init__(self, kinds: Iterable[type]) -> None:
        self._kinds = {kind.__name__: kind for kind in kinds}

    def write(self, value: object, file: BinaryIO) -> None:
        """As one .npz file; TypeError for a value of another kind."""
        arrays: dict[str, NDArray[Any]] = {}
        tree = self._tree(value, arrays)
        text = np.frombuffer(json.dumps(tree, ensure_ascii=False).encode(), dtype=np.uint8)
        np.savez(file, allow_pickle=False, **{_TREE: text}, **arrays)

    def read(self, file: BinaryIO) -> Any:
        """What was written; ValueError or KeyError, among others, if the file is damaged."""
        with np.load(file, allow_pickle=False) as arrays:
            return self._value(json.loads(arrays[_TREE].tobytes().decode()), arrays)

    def _tree(self, value: object, arrays: dict[str, NDArray[Any]]) -> Any:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "biuf":
                raise TypeError(f"arrays of {value.dtype} are not kept")
            # The same array is written once, however often it is named.
            name = f"array{id(value)}"
            arrays[name] = value
            return {"array": name}
        if isinstance(value, Enum):
            return {"one": self._name(value), "of": value.name}
        if isinstance(value, tuple):
            return {"tuple": [self._tree(part, arrays) for part in value]}
        if isinstance(value, Mapping):
            return {"mapping": [[self._tree(k, arrays), self._tree(v, arrays)] for k, v in value.items()]}
        if is_dataclass(value):
            parts = {field.name: self._tree(getattr(value, field.name), arrays) for field in fields(value)}
            return {"made": self._name(value), "from": parts}
        return self._foreign(value, arrays)

    def _foreign(self, value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
        if type(value).__name__ == "csr_matrix":
            parts = [self._tree(part, arrays) for part in (value.data, value.indices, value.indptr)]
            return {"sparse": parts, "shape": list(value.shape)}
        if type(value).__name__ == "Booster":
            return {"trees": value.model_to_string()}
        raise TypeError(f"a {type(value).__name__} is not kept")

    def _name(self, value: object) -> str:
        name = type(value).__name__
        if self._kinds.get(name) is not type(value):
            raise TypeError(f"a {name} is not kept")
        return name

    def _value(self, tree: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
        if not isinstance(tree, dict):
            return tree
        if "array" in tree:
            return arrays[tree["array"]]
        if "one" in tree:
            return self._kinds[tree["one"]][tree["of"]]  # type: ignore[index]  # an enum
        if "tuple" in tree:
            return tuple(self._value(part, arrays) for part in tree["tuple"])
        if "mapping" in tree:
            return {self._value(k, arrays): self._value(v, arrays) for k, v in tree["mapping"]}
        if "sparse" in tree:
            from scipy import sparse

            triple = tuple(self._value(part, arrays) for part in tree["sparse"])
            return sparse.csr_matrix(triple, shape=tuple(tree["shape"]))
        if "trees" in tree:
            import lightgbm

            return lightgbm.Booster(model_str=tree["trees"])
        parts = {name: self._value(part, arrays) for name, part in tree["from"].items()}
        return self._kinds[tree["made"]](**parts)
