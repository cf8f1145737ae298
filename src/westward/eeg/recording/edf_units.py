"""Physical dimensions as hospitals write them, brought to microvolts."""

from __future__ import annotations

_PREFIXES = {"n": 1e-3, "u": 1.0, "m": 1e3, "": 1e6}
_MICRO = str.maketrans({"µ": "u", "μ": "u", "æ": "u"})


def microvolts_per(unit: str) -> float | None:
    """How many microvolts one of these is; None when it is no voltage that the field's spelling makes certain.

    Knows nV, uV, mV and V, with µ in Latin-1, UTF-8 (also UTF-8 read as Latin-1) and code page 437.
    """
    text = unit.strip().replace("Â", "").replace("Î¼", "u").translate(_MICRO)
    for name in ("Volts", "Volt", "volts", "volt"):
        if text.endswith(name):
            text = text[: -len(name)] + "V"
    if text.startswith("micro"):
        text = "u" + text[5:]
    if text.startswith("milli"):
        text = "m" + text[5:]
    if not text.endswith(("V", "v")):
        return None
    prefix = text[:-1].strip()
    return _PREFIXES.get(prefix, _PREFIXES["u"] if prefix == "U" else None)
