"""A form as it comes in, without the content of its files: the words get through where the films have no room."""

from __future__ import annotations

from django.utils.http import parse_header_parameters

_MOST_HEAD = 16 * 1024


def boundary_of(content_type: bytes) -> bytes:
    """What stands between the parts of a form with files; empty if it is none."""
    kind, said = parse_header_parameters(content_type.decode("latin-1"))
    return said.get("boundary", "").encode("latin-1") if kind == "multipart/form-data" else b""


class WithoutFiles:
    """Follows a form piece by piece and, when told to, leaves out what is inside files.

    The parts with their names stay, so that whoever reads the form knows which files there were. Nothing is held but
    the last bytes of a piece, which may begin a line between two parts.
    """

    def __init__(self, boundary: bytes) -> None:
        self._line = b"\r\n--" + boundary
        self._held = b"\r\n"  # the first line between parts has no end of line before it
        self._skip = 2
        self._head = self._file = self._end = False

    def feed(self, piece: bytes, *, leave_out: bool, last: bool = False) -> bytes:
        """What is passed on of a piece; ``last`` gives back what was held as well."""
        held, self._held = self._held + piece, b""
        out: list[bytes] = []
        while held:
            if self._end:
                out.append(held)
                break
            if self._head:
                rest = self._read_head(held, out)
                if rest is None:
                    self._held = held
                    break
                held = rest
                continue
            at = held.find(self._line)
            keep = len(self._line) - 1
            inside = held[: at if at >= 0 else max(len(held) - keep, 0)]
            if not (leave_out and self._file):
                out.append(inside)
            if at < 0:
                self._held = held[len(inside) :]
                break
            out.append(self._line)
            held = held[at + len(self._line) :]
            self._head = True
        if last:
            out.append(self._held if not (leave_out and self._file and not self._head) else b"")
            self._held = b""
        return self._passed(b"".join(out))

    def _read_head(self, held: bytes, out: list[bytes]) -> bytes | None:
        """What comes after the lines before a part; None until they are whole."""
        if held.startswith(b"--"):
            self._head, self._end = False, True
            return held
        at = held.find(b"\r\n\r\n")
        if at < 0 and len(held) < _MOST_HEAD:
            return None
        head = held[: at + 4] if at >= 0 else held
        self._file = b"filename" in head.lower()
        self._head = False
        out.append(head)
        return held[len(head) :]

    def _passed(self, out: bytes) -> bytes:
        skipped = min(self._skip, len(out))
        self._skip -= skipped
        return out[skipped:]
