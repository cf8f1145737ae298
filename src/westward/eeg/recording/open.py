"""Open a recording of whatever format."""

from __future__ import annotations

from pathlib import Path

from westward.core.errors import UnreadableRecordingError, UnsupportedFormatError
from westward.eeg.recording.edf_header import looks_like_edf
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.recording import Recording

EDF_SUFFIXES = (".edf", ".bdf", ".rec")


def open_recording(path: Path | str, *, strict: bool = False) -> Recording:
    """Open a clinical EEG, by its content first and by its suffix second.

    Parameters
    ----------
    path : Path or str
        The file; for a set of files, its header file.
    strict : bool
        Refuse files that need a repair.

    Raises
    ------
    UnreadableRecordingError
        If it is broken beyond repair, empty, or missing.
    UnsupportedFormatError
        If it is of a format that no reader handles.
    """
    path = Path(path)
    if path.is_dir() and path.suffix.lower() not in (".mff", ".mefd"):
        raise UnreadableRecordingError("is a folder", path=path, remedy="give the recording inside it")
    head = b""
    if not path.is_dir():
        try:
            with path.open("rb") as file:
                head = file.read(8)
        except OSError as error:
            raise UnreadableRecordingError(
                f"cannot be opened: {error.strerror}", path=path, remedy="check the path and the permissions"
            ) from error
    if looks_like_edf(head) or path.suffix.lower() in EDF_SUFFIXES:
        return EdfRecording(path, strict=strict)
    try:
        from westward.eeg.recording.vendor import open_vendor
    except ImportError:
        raise UnsupportedFormatError(
            "not an EDF or BDF file, and this installation reads no other format", path=path, remedy="export EDF"
        ) from None
    return open_vendor(path)
