"""Every number a result hangs on, with status and source, for the report and ``summary.json``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from inspect import getdoc, getsource
from itertools import pairwise
from textwrap import dedent
from typing import Any

from westward.eeg.events.artifact_parameters import ArtifactParameters
from westward.eeg.events.attenuation import AttenuationParameters
from westward.eeg.events.background import BackgroundParameters
from westward.eeg.events.bad_channels import BadChannelParameters
from westward.eeg.events.cluster import ClusterRules
from westward.eeg.events.foci import FociParameters
from westward.eeg.events.grouped import GroupedParameters
from westward.eeg.events.sleep import SleepParameters
from westward.eeg.events.spasm_mask import SpasmMaskParameters
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spike import SpikeParameters
from westward.eeg.events.spindle import SpindleParameters
from westward.eeg.grading.rules import BasedRules
from westward.eeg.report.content import ParameterRow
from westward.eeg.study.options import StudyOptions

_DETECTORS: tuple[tuple[str, Any], ...] = (
    ("artifact", ArtifactParameters),
    ("bad channels", BadChannelParameters),
    ("spike", SpikeParameters),
    ("foci", FociParameters),
    ("grouped spikes", GroupedParameters),
    ("background", BackgroundParameters),
    ("attenuation", AttenuationParameters),
    ("spasm", SpasmParameters),
    ("cluster", ClusterRules),
    ("ictal mask", SpasmMaskParameters),
    ("sleep", SleepParameters),
    ("spindle", SpindleParameters),
)
_UNITS = (
    ("_uv", "µV"), ("_per_s", "1/s"), ("_ms", "ms"), ("_s", "s"), ("_hz", "Hz"), ("_days", "d"), ("_months", "mo"),
    ("_epochs", "epochs"),
)  # fmt: skip
_STATUS = re.compile(r"\b(verified|excerpt|derived|recalled|unconfirmed|policy)\b", re.IGNORECASE)


SET = "set for this run"
"""Source of a number that was given as an option."""
NOT_STATED = "not stated"
MASK = "interictal.mask_after_arousal_s"
POINT, POINT_WITHOUT_EMG = "spasm: operating point", "spasm: operating point without emg"
LEAST, GAP = "cluster: min spasms", "cluster: max gap s"


def rows(options: StudyOptions | None = None) -> tuple[ParameterRow, ...]:
    """Rules of the grade first, then each detector's limits as used; what an option set is marked as such."""
    grading = [
        ParameterRow(r.name, r.value, r.unit, str(r.status), r.source) for r in BasedRules.from_evidence().printed()
    ]
    if options is not None and options.mask_after_arousal_s is not None:
        value = f"{options.mask_after_arousal_s:g}"
        grading = [replace(r, value=value, status="policy", source=SET) if r.name == MASK else r for r in grading]
    found = [row for name, kind in _DETECTORS for row in _of(name, kind())]
    if options is not None:
        asked = {
            POINT: options.spasm_operating_point,
            POINT_WITHOUT_EMG: options.spasm_operating_point,
            LEAST: options.cluster_min_spasms,
            GAP: options.cluster_max_gap_s,
        }
        set_here = {name: f"{value:g}" for name, value in asked.items() if value is not None}
        found = [
            replace(r, value=set_here[r.name], status="policy", source=SET) if r.name in set_here else r for r in found
        ]
    return (*grading, *found)


def _of(prefix: str, parameters: Any) -> Iterator[ParameterRow]:
    documented = meanings(type(parameters))
    whole = _STATUS.search((getdoc(type(parameters)) or "").partition("Attributes\n")[0])
    for f in fields(parameters):
        value = getattr(parameters, f.name)
        if is_dataclass(value):
            yield from _of(prefix, value)
            continue
        text = documented.get(f.name, "")
        status = _STATUS.search(text) or whole
        meaning = re.sub(r"\s*Status: .*$", "", text)
        yield ParameterRow(
            f"{prefix}: {f.name.replace('_', ' ')}",
            _words(value),
            next((unit for end, unit in _UNITS if f.name.endswith(end)), ""),
            status.group(1).lower() if status else NOT_STATED,
            f"Westward: {meaning}" if meaning else "Westward",
        )


def meanings(kind: type) -> dict[str, str]:
    """What each field of a dataclass means: from ``Attributes`` of its docstring or the string below the field."""
    out = _attributes(getdoc(kind) or "")
    (tree,) = ast.parse(dedent(getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    for field, text in pairwise(tree.body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            out[field.target.id] = " ".join(str(text.value.value).split())
    return out


def _attributes(doc: str) -> dict[str, str]:
    """Text of each attribute of a NumPy-style docstring."""
    out: dict[str, str] = {}
    names: list[str] = []
    for line in doc.splitlines():
        head = re.match(r"^([a-z_0-9]+(?:, [a-z_0-9]+)*)(?: : |$)", line)
        if head:
            names = [n.strip() for n in head.group(1).split(",")]
        elif line.startswith("    "):
            for name in names:
                out[name] = f"{out.get(name, '')} {line.strip()}".strip()
    return out


def _words(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(_words(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
