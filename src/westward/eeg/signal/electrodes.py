"""The 10-20 electrodes: names, neighbors, sides. Odd numbers are left, even ones right, z is the midline."""

from __future__ import annotations

ELECTRODES = (
    "Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2",
)  # fmt: skip
"""The 19 scalp positions of the 10-20 system."""

NEIGHBORS: dict[str, tuple[str, ...]] = {
    "Fp1": ("Fp2", "F7", "F3", "Fz"), "Fp2": ("Fp1", "F8", "F4", "Fz"),
    "F7": ("Fp1", "F3", "T7", "C3"), "F8": ("Fp2", "F4", "T8", "C4"),
    "F3": ("Fp1", "F7", "Fz", "C3"), "F4": ("Fp2", "F8", "Fz", "C4"),
    "Fz": ("F3", "F4", "Cz", "Fp1", "Fp2"), "Cz": ("Fz", "C3", "C4", "Pz"),
    "T7": ("F7", "C3", "P7"), "T8": ("F8", "C4", "P8"),
    "C3": ("F3", "T7", "Cz", "P3", "F7", "P7"), "C4": ("F4", "T8", "Cz", "P4", "F8", "P8"),
    "P7": ("T7", "P3", "O1", "C3"), "P8": ("T8", "P4", "O2", "C4"),
    "P3": ("C3", "P7", "Pz", "O1"), "P4": ("C4", "P8", "Pz", "O2"),
    "Pz": ("Cz", "P3", "P4", "O1", "O2"), "O1": ("P7", "P3", "O2", "Pz"), "O2": ("P8", "P4", "O1", "Pz"),
}  # fmt: skip
"""10-20 neighbors of each electrode."""

LEFT_EAR, RIGHT_EAR = "A1", "A2"
"""The ear (or mastoid) electrodes that are linked as a reference."""


def mirror(electrode: str) -> str:
    """The electrode at the same place of the other hemisphere; one of the midline is its own mirror image."""
    head = electrode.rstrip("0123456789")
    number = electrode[len(head) :]
    if not number:
        return electrode
    n = int(number)
    return f"{head}{n + 1 if n % 2 else n - 1}"


def hemisphere(electrode: str) -> str:
    """``left``, ``right`` or ``midline``."""
    if not electrode[-1:].isdigit():
        return "midline"
    return "left" if int(electrode[-1]) % 2 else "right"
