"""Which derivations mirror each other, and which region they show."""

from __future__ import annotations

from collections.abc import Sequence

from westward.eeg.signal.electrodes import mirror

_REGION = {
    "frontal": {"Fp1", "Fp2", "F3", "F4", "F7", "F8"},
    "temporal": {"T7", "T8"},
    "central": {"C3", "C4"},
    "posterior": {"P3", "P4", "P7", "P8", "O1", "O2"},
}


def homologous_pairs(derivations: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Rows (left, right) of derivations that mirror each other, such as ``P7-O1`` and ``P8-O2``."""
    at = {name: i for i, name in enumerate(derivations)}
    pairs = []
    for name, i in at.items():
        ends = name.split("-")
        if len(ends) != 2 or not all(e[-1:] in "13579" and e[-1:] for e in ends):
            continue
        j = at.get("-".join(mirror(e) for e in ends))
        if j is not None:
            pairs.append((i, j))
    return tuple(pairs)


def regions(derivations: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Rows by region: ``left frontal``, ``right temporal``, ``left posterior`` ...; midline rows are left out.

    A derivation belongs to ``posterior`` when one end is occipital, or both are parietal or posterior temporal; to
    ``frontal`` when both ends are frontal; to ``temporal`` when one end is T7 or T8; else to ``central``.
    """
    out: dict[str, list[int]] = {}
    for i, name in enumerate(derivations):
        ends = name.split("-")
        digits = {e[-1:] for e in ends}
        if len(ends) != 2 or not digits <= set("12345678"):
            continue
        sides = {int(d) % 2 for d in digits}
        if len(sides) != 1:
            continue
        side = "left" if sides == {1} else "right"
        out.setdefault(f"{side} {_place(ends)}", []).append(i)
    return {name: tuple(rows) for name, rows in out.items()}


def _place(ends: Sequence[str]) -> str:
    if {"O1", "O2"} & set(ends) or set(ends) <= _REGION["posterior"]:
        return "posterior"
    if set(ends) <= _REGION["frontal"]:
        return "frontal"
    return "temporal" if _REGION["temporal"] & set(ends) else "central"
