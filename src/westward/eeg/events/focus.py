"""A spike focus: a group of spikes that share a field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Focus:
    """One focus of the study.

    Attributes
    ----------
    name : str
        Unique, from its peak electrode: ``C3``; a second focus there is ``C3b``.
    peak : str
        Electrode with the most peaks.
    electrodes : tuple of str
        Those in at least half of its spikes' fields.
    hemisphere : str
        ``left``, ``right`` or ``midline`` of the peak.
    n_spikes : int
        Members in the whole study.
    """

    name: str
    peak: str
    electrodes: tuple[str, ...]
    hemisphere: str
    n_spikes: int
