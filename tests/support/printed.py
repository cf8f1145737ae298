"""What stands on the pages of a PDF, as far as its operators tell."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path


def _bodies(path: Path) -> Iterator[bytes]:
    """The file as it lies there, then each of its streams unpacked."""
    whole = path.read_bytes()
    yield whole
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", whole, flags=re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def page_sizes_mm(path: Path) -> list[tuple[int, int]]:
    """Width and height of every page, in the order the file names them."""
    box = rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]"
    sizes = [size for body in _bodies(path) for size in re.findall(box, body)]
    return [(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in sizes]


def line_segments(path: Path) -> int:
    """Straight pieces of all paths drawn in the file."""
    return sum(len(re.findall(rb"(?m)^-?[\d.]+ -?[\d.]+ l$", body)) for body in _bodies(path))
