"""In which encoding a text file is written, and the same file in UTF-8."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

_CHUNK = 1 << 22
_LINES_JUDGED = 20_000  # lines with other than ASCII characters

_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "gb18030": "GB18030",
    "cp1252": "Windows-1252",
}


@dataclass(frozen=True, slots=True)
class Utf8File:
    """A text file that can be read as UTF-8: the file itself, or a copy made of it.

    `encoding` is what the original is written in. `has_lost_text`: bytes that did not decode stand as U+FFFD.
    `fingerprint` names the original's content.
    """

    path: Path
    encoding: str
    fingerprint: str
    has_lost_text: bool = False


def as_utf8(original: Path, *, copy: Path) -> Utf8File:
    """The file in UTF-8 with one kind of line end; written to `copy` if it is not so already.

    The file is streamed; however large, it is never in memory as a whole.
    """
    look = _look(original)
    if look.is_utf8 and not look.has_mixed_line_ends:
        return Utf8File(original, "UTF-8", look.fingerprint)
    encoding = look.marked or ("utf-8" if look.is_utf8 else _likely_encoding(original))
    has_lost_text = False
    # Universal newlines make one kind of line end of all.
    with (
        original.open(encoding=encoding, errors="replace", newline=None) as text,
        copy.open("w", encoding="utf-8", newline="\n") as out,
    ):
        while chunk := text.read(_CHUNK):
            has_lost_text = has_lost_text or "\ufffd" in chunk
            out.write(chunk)
    return Utf8File(copy, _NAMES[encoding], look.fingerprint, has_lost_text)


@dataclass(frozen=True, slots=True)
class _Look:
    fingerprint: str
    is_utf8: bool
    marked: str | None
    has_mixed_line_ends: bool


def _look(path: Path) -> _Look:
    digest, decoder, is_utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True
    n_crlf = n_lf = n_cr = 0
    head, last = b"", b""
    for chunk in _chunks(path):
        head = head or chunk
        digest.update(chunk)
        n_crlf += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
        n_lf += chunk.count(b"\n")
        n_cr += chunk.count(b"\r")
        last = chunk[-1:]
        is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    kinds = [n_crlf, n_lf - n_crlf, n_cr - n_crlf]
    marked = _marked(head)
    return _Look(
        digest.hexdigest()[:16],
        is_utf8 and marked in (None, "utf-8-sig"),
        marked,
        has_mixed_line_ends=sum(map(bool, kinds)) > 1,
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _marked(head: bytes) -> str | None:
    """The encoding that the first bytes prove: a byte order mark, or zero bytes at every other place."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # the mark of UTF-16 begins alike
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:2000]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    return None


def _likely_encoding(path: Path) -> str:
    """The encoding of most lines; some other lines may not decode.

    Chinese characters are pairs of bytes above 127; Western letters with accents stand alone among ASCII.
    """
    n_lines = n_utf8 = n_gb18030 = n_paired = n_alone = 0
    with path.open("rb") as file:
        for line in islice((line for line in file if not line.isascii()), _LINES_JUDGED):
            n_lines += 1
            n_utf8 += _is_valid(line, "utf-8")
            n_gb18030 += _is_valid(line, "gb18030")
            runs = [len(run) for run in line.translate(_ASCII_AS_SPACE).split()]
            n_alone += sum(length == 1 for length in runs)
            n_paired += sum(length > 1 for length in runs)
    if 2 * n_utf8 >= n_lines:
        return "utf-8"
    return "gb18030" if 2 * n_gb18030 >= n_lines and n_paired >= n_alone else "cp1252"


_ASCII_AS_SPACE = bytes(32 if byte < 128 else 255 for byte in range(256))


def _is_valid(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
