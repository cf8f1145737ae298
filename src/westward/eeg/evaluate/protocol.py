"""The protocol of an evaluation: thresholds, tolerances and patients, fixed before the test data is seen."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from westward.core.errors import InputError, RefusedError
from westward.eeg.evaluate.cluster_scoring import ClusterParameters
from westward.eeg.evaluate.spasm_scoring import SpasmParameters
from westward.eeg.evaluate.szcore import SzcoreParameters

SUFFIX = ".sha256"
"""Beside the protocol, in the format of ``sha256sum``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalParameters:
    """How uncertainty is stated.

    Attributes
    ----------
    confidence : float
        Of every interval (policy).
    resamples : int
        Of the bootstrap by patient (policy).
    seed : int
        Of its random numbers: the same files give the same report (policy).
    """

    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementParameters:
    """Bins of time in which readers are compared.

    Attributes
    ----------
    bin_s : float
        Width of the bins behind kappa (policy: about the length of a spasm).
    page_s : float
        A second, wider bin reported beside it: a page of EEG (policy).
    """

    bin_s: float = 1.0
    page_s: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What was asked for beforehand; None is not asked for. Each is compared with the pooled estimate.

    Attributes
    ----------
    min_spasm_sensitivity, max_false_spasms_per_hour, min_count_ratio, max_count_ratio : float or None
        On single spasms.
    min_cluster_sensitivity, min_large_cluster_sensitivity, max_false_clusters_per_day : float or None
        On clusters by the grammar.
    """

    min_spasm_sensitivity: float | None = None
    max_false_spasms_per_hour: float | None = None
    min_count_ratio: float | None = None
    max_count_ratio: float | None = None
    min_cluster_sensitivity: float | None = None
    min_large_cluster_sensitivity: float | None = None
    max_false_clusters_per_day: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Everything that decides the numbers of an evaluation.

    Attributes
    ----------
    name : str
        Title, empty without a protocol file.
    sha256 : str
        Of the file; empty without one.
    fixed : str
        What is known about when it was fixed, in words.
    patients : tuple of str
        Only these are scored, and all must be there; empty for whoever is there.
    reference_kinds, found_kinds : tuple of str
        Kinds of marks that enter the SzCORE level.
    """

    name: str = ""
    sha256: str = ""
    fixed: str = "no protocol file: defaults, not fixed beforehand"
    patients: tuple[str, ...] = ()
    reference_kinds: tuple[str, ...] = ("spasm", "spasm_cluster", "seizure")
    found_kinds: tuple[str, ...] = ("spasm", "spasm_cluster", "seizure")
    spasm: SpasmParameters = field(default_factory=SpasmParameters)
    cluster: ClusterParameters = field(default_factory=ClusterParameters)
    szcore: SzcoreParameters = field(default_factory=SzcoreParameters)
    agreement: AgreementParameters = field(default_factory=AgreementParameters)
    intervals: IntervalParameters = field(default_factory=IntervalParameters)
    targets: Targets = field(default_factory=Targets)


_SECTIONS: Mapping[str, Any] = {
    "spasm": SpasmParameters,
    "cluster": ClusterParameters,
    "szcore": SzcoreParameters,
    "agreement": AgreementParameters,
    "intervals": IntervalParameters,
    "targets": Targets,
}
_TEXTS, _LISTS = ("name",), ("patients", "reference_kinds", "found_kinds")
_POSITIVE = frozenset({"max_gap_s", "max_duration_s", "sample_hz", "resamples", "min_spasms", "bin_s", "page_s"})
_SHARES = frozenset({"confidence", "min_confidence", "min_overlap"})


def read(path: Path) -> Protocol:
    """Read a protocol and hold it to its recorded hash.

    The hash stands in ``<file>.sha256``, as ``sha256sum FILE > FILE.sha256`` writes it. Without that file the hash
    is recorded now, and the report says that this run was the first.

    Raises
    ------
    InputError
        If it is not TOML, has an unknown key, or a value of the wrong kind.
    RefusedError
        If the file changed after its hash was recorded.
    """
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    try:
        told = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is no TOML: {error}", path=path) from None
    known = _parse(told, path)
    return Protocol(sha256=digest, fixed=_hold(path, digest), **known)


def _hold(path: Path, digest: str) -> str:
    beside = path.with_name(path.name + SUFFIX)
    try:
        recorded = beside.read_text("utf-8").split()
    except FileNotFoundError:
        try:
            beside.write_text(f"{digest}  {path.name}\n", "utf-8")
        except OSError:
            return "hash not recorded before this run, nor by it"
        return "hash recorded by this run: this was its first use"
    if not recorded or recorded[0].lower() != digest:
        raise RefusedError(
            f"{path.name} changed after its hash was recorded in {beside.name}; "
            "restore it, or give the new protocol a new name"
        )
    return f"unchanged since its hash was recorded in {beside.name}"


def _parse(told: Mapping[str, Any], path: Path) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for key, value in told.items():
        if key in _SECTIONS:
            if not isinstance(value, dict):
                raise InputError(f"{key} is not a section", path=path, remedy=f"write [{key}]")
            known[key] = _section(key, value, path)
        elif key in _TEXTS and isinstance(value, str):
            known[key] = value
        elif key in _LISTS and isinstance(value, list) and all(isinstance(v, str) for v in value):
            known[key] = tuple(value)
        elif key in _TEXTS or key in _LISTS:
            raise InputError(f"{key} = {value!r} is not {'a text' if key in _TEXTS else 'a list of texts'}", path=path)
        else:
            raise _unknown(key, (*_TEXTS, *_LISTS, *_SECTIONS), path, "")
    return known


def _section(name: str, told: Mapping[str, Any], path: Path) -> Any:
    kind = _SECTIONS[name]
    defaults = kind()
    allowed = tuple(f.name for f in fields(kind))
    values: dict[str, Any] = {}
    for key, value in told.items():
        where = f"[{name}]"
        if key not in allowed:
            raise _unknown(key, allowed, path, where)
        default = getattr(defaults, key)
        if isinstance(default, bool):
            good = isinstance(value, bool)
        elif isinstance(default, int):
            good = isinstance(value, int) and not isinstance(value, bool)
        else:
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if good and not isinstance(value, bool):
            good = (
                0 <= value <= 1 and not (key == "confidence" and value in (0, 1))
                if key in _SHARES
                else 0 < value < 1e9
                if key in _POSITIVE
                else 0 <= value < 1e9
            )
        if not good:
            raise InputError(f"{key} = {value!r} makes no sense", path=path, where=where)
        values[key] = float(value) if isinstance(default, float) or default is None else value
    return kind(**values)


def _unknown(key: str, allowed: tuple[str, ...], path: Path, where: str) -> InputError:
    near = difflib.get_close_matches(key, allowed, 1)
    return InputError(f"{key!r} is not known", path=path, where=where, remedy=f"did you mean {near[0]}" if near else "")


def stated(protocol: Protocol) -> list[tuple[str, str, str]]:
    """Every parameter as (section, name, value), for the report."""
    rows = [
        ("events", "reference_kinds", ", ".join(protocol.reference_kinds)),
        ("events", "found_kinds", ", ".join(protocol.found_kinds)),
        ("patients", "patients", ", ".join(protocol.patients) or "whoever is there"),
    ]
    for section in _SECTIONS:
        part = getattr(protocol, section)
        for f in fields(part):
            value = getattr(part, f.name)
            if value is not None:
                rows.append((section, f.name, f"{value:g}" if isinstance(value, float) else str(value).lower()))
    return rows
