"""Recorders' own formats, through MNE-Python (the ``vendor`` extra).

What no kept library reads is refused in one line that says what to ask for.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from westward.core.errors import InputError, UnreadableRecordingError, UnsupportedFormatError
from westward.eeg.recording.finding import Finding
from westward.eeg.recording.recording import Recording
from westward.eeg.recording.vendor_breaks import Break, brainvision_breaks, persyst_breaks
from westward.eeg.recording.vendor_recording import VendorRecording

INSTALL = "install westward[vendor]"

NATUS_SUFFIXES = (".erd", ".etc", ".ent", ".stc", ".snc", ".vtc", ".vt2", ".epo", ".toc", ".xlt")
NATUS = "Natus/XLTEK recordings cannot be read; ask for EDF + video export"

UNREADABLE = {
    ".e": "Nicolet One",
    ".trc": "Micromed",
    ".vwr": "Micromed or Cadwell",
    ".ez3": "Cadwell",
    ".arc": "Cadwell Arc",
    ".sig": "Stellate Harmonie",
    ".plg": "Neuronic",
    ".dcm": "DICOM waveform",
    ".mef": "MEF",
}
"""Formats known by their suffix that no kept library reads."""

_NIHON_KOHDEN = (b"EEG-", b"QI-", b"DAE-")


@dataclass(frozen=True)
class VendorFormat:
    """One format and how it is opened.

    Attributes
    ----------
    name : str
        As in ``Facts.format``.
    reader : str
        Function of ``mne.io``.
    options : dict
        Its further arguments.
    needs : str
        A library that MNE-Python asks for besides itself.
    breaks : callable, optional
        Finds pauses in the format's own files, from header path and rate.
    """

    name: str
    reader: str
    options: dict[str, Any] = field(default_factory=dict)
    needs: str = ""
    breaks: Callable[[Path, float], list[Break]] | None = None


BRAINVISION = VendorFormat("BrainVision", "read_raw_brainvision", breaks=brainvision_breaks)
PERSYST = VendorFormat("Persyst", "read_raw_persyst", breaks=persyst_breaks)
NIHON_KOHDEN = VendorFormat("Nihon Kohden", "read_raw_nihon")
ANT = VendorFormat("ANT eego", "read_raw_ant", needs="antio")
CURRY = VendorFormat("Curry", "read_raw_curry", needs="curryreader")

BY_SUFFIX = {
    ".vhdr": BRAINVISION,
    ".ahdr": BRAINVISION,
    ".lay": PERSYST,
    ".set": VendorFormat("EEGLAB", "read_raw_eeglab", needs="pymatreader"),
    ".mff": VendorFormat("EGI MFF", "read_raw_egi", needs="mffpy"),
    ".raw": VendorFormat("EGI simple binary", "read_raw_egi"),
    ".cdt": CURRY,
    ".dap": CURRY,
    ".rs3": CURRY,
    ".data": VendorFormat("Nicolet", "read_raw_nicolet", {"ch_type": "eeg"}),
    ".gdf": VendorFormat("GDF", "read_raw_gdf"),
}
"""Formats that their suffix alone tells."""


def open_vendor(path: Path | str) -> Recording:
    """Open a recording in a recorder's own format.

    Parameters
    ----------
    path : Path or str
        The file, or any main file of a set (``.vhdr`` or ``.eeg``, ``.lay`` or ``.dat``).

    Raises
    ------
    UnsupportedFormatError
        If no kept library reads it, or the ``vendor`` extra is not installed.
    UnreadableRecordingError
        If the file or one of its companions is missing or broken.
    """
    path = Path(path)
    if not path.exists():
        raise UnreadableRecordingError("does not exist", path=path, remedy="check the path")
    header, kind = identify(path)
    try:
        import mne
    except ImportError:
        raise UnsupportedFormatError(f"{kind.name} needs an optional library", path=path, remedy=INSTALL) from None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with redirect_stdout(io.StringIO()):  # some readers print
                raw = getattr(mne.io, kind.reader)(header, **kind.options, verbose="error")
        except InputError:
            raise
        except FileNotFoundError as error:
            missing = Path(str(error.filename)).name if error.filename else "a companion file"
            raise UnreadableRecordingError(
                f"{missing} of this {kind.name} set is missing", path=path, remedy="copy all files of the set"
            ) from error
        except Exception as error:  # readers of foreign files raise whatever they stumble over
            if isinstance(error, ImportError) or "could not be imported" in str(error):
                raise UnsupportedFormatError(
                    f"{kind.name} needs an optional library", path=path,
                    remedy=f"install {kind.needs}" if kind.needs else INSTALL,
                ) from error  # fmt: skip
            raise UnreadableRecordingError(
                f"the {kind.name} reader gave up: {_line(error)}", path=path, remedy="export EDF on the recorder"
            ) from error
    try:
        breaks = kind.breaks(header, float(raw.info["sfreq"])) if kind.breaks else []
        return VendorRecording(path, kind.name, raw, breaks=breaks, findings=_warned(caught, kind.name))
    except BaseException:
        raw.close()
        raise


def identify(path: Path) -> tuple[Path, VendorFormat]:
    """The header file of a set and its format, by content where the suffix has several meanings.

    Raises
    ------
    UnsupportedFormatError
        If it is none that can be read.
    """
    suffix = path.suffix.lower()
    if suffix in NATUS_SUFFIXES:
        raise UnsupportedFormatError(NATUS, path=path)
    if suffix in BY_SUFFIX:
        return path, BY_SUFFIX[suffix]
    head = b""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(32)
    if suffix == ".cnt":
        if head[:4] in (b"RIFF", b"RF64"):
            return path, ANT
        if head.startswith(b"Version"):
            return path, VendorFormat("Neuroscan", "read_raw_cnt")
    if suffix == ".eeg":
        sibling = _sibling(path, (".vhdr", ".ahdr"))
        if sibling:
            return sibling, BRAINVISION
        if head.startswith(_NIHON_KOHDEN):
            return path, NIHON_KOHDEN
        if _sibling(path, NATUS_SUFFIXES):
            raise UnsupportedFormatError(NATUS, path=path)
    if suffix in (".vmrk", ".dat", ".amrk"):
        for suffixes, kind in (((".vhdr", ".ahdr"), BRAINVISION), ((".lay",), PERSYST), ((".dap", ".cdt"), CURRY)):
            sibling = _sibling(path, suffixes)
            if sibling:
                return sibling, kind
    if suffix in UNREADABLE:
        raise UnsupportedFormatError(
            f"{UNREADABLE[suffix]} recordings cannot be read", path=path, remedy="ask for an EDF export"
        )
    raise UnsupportedFormatError(
        f"not a recording of a known format (it begins with {head[:8]!r})",
        path=path,
        remedy="export EDF on the recorder",
    )


def _sibling(path: Path, suffixes: Sequence[str]) -> Path | None:
    """A file of the same name with one of the suffixes, whatever their case."""
    if not path.parent.is_dir():
        return None
    same = [p for p in sorted(path.parent.iterdir()) if p.stem == path.stem]
    return next((p for suffix in suffixes for p in same if p.suffix.lower() == suffix), None)


def _warned(caught: Sequence[warnings.WarningMessage], name: str) -> list[Finding]:
    texts = dict.fromkeys(_line(w.message) for w in caught if not issubclass(w.category, DeprecationWarning))
    return [Finding("reader_warning", f"{name} reader", text, False, "read as the reader does") for text in texts]


def _line(error: object) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
