"""Every adjustable number of the 2021 BASED grade, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from westward.core.errors import UsageError
from westward.evidence.loader import Sheet, load
from westward.evidence.status import Status

SHEET = "based_2021"


def _from(key: str) -> Any:
    return field(metadata={"key": key})


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One line of the printed rules.

    ``value`` is what this run used; ``status`` and ``source`` describe it (an overridden value is a policy of the
    run, and its source names the value it replaces).
    """

    name: str
    value: str
    unit: str
    status: Status
    source: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class BasedRules:
    """Numbers behind the grade; meanings, units, statuses and sources are in ``evidence/based_2021.toml``.

    Make one with :meth:`from_evidence`; limits are in µV, lengths in seconds, fractions 0-1.
    """

    epoch_s: int = _from("epoch.length_s")
    start_grid_s: int = _from("epoch.start_grid_s")
    min_assessable_bins: int = _from("epoch.min_assessable_bins")
    burden: float = _from("spike_bins.burden")
    page_s: int = _from("spike_bins.page_s")
    positive_bins_per_page: int = _from("spike_bins.positive_bins_per_page")
    positive_pages: int = _from("spike_bins.positive_pages")
    min_spikes: int = _from("foci.min_spikes")
    multifocal: int = _from("foci.multifocal")
    score_2_needs_foci: int = _from("foci.score_2_needs_foci")
    anterior_uv: float = _from("amplitude.anterior_uv")
    posterior_uv: float = _from("amplitude.posterior_uv")
    recurrence: float = _from("amplitude.recurrence")
    proven_recurrence: float = _from("amplitude.proven_recurrence")
    min_measured_fraction: float = _from("amplitude.min_measured_fraction")
    max_faulty_fraction: float = _from("amplitude.max_faulty_fraction")
    min_grouped: int = _from("grouped_multifocal_spikes.min_count_in_epoch")
    min_attenuations: int = _from("attenuation.min_count_in_epoch")
    min_nrem_minutes: float = _from("limits.min_nrem_minutes")
    min_sleep_wake_cycles: int = _from("limits.min_sleep_wake_cycles")
    min_derivations_per_side: int = _from("limits.min_derivations_per_side")
    max_single_spikes_per_minute: float = _from("limits.max_single_spikes_per_minute")
    encephalopathy_from: int = _from("limits.encephalopathy_from")
    relapse_from: int = _from("limits.relapse_from")

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise UsageError(f"rule {f.name} is {value!r}; it must be a number and not negative")
        for name in ("burden", "recurrence", "proven_recurrence", "min_measured_fraction", "max_faulty_fraction"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"rule {name} is {getattr(self, name)!r}; it must lie between 0 and 1")
        if self.page_s < 1 or self.start_grid_s < 1 or self.epoch_s < 1 or self.epoch_s % self.page_s:
            raise UsageError(f"an epoch of {self.epoch_s} s cannot be cut into pages of {self.page_s} s")

    @classmethod
    def from_evidence(cls, **overrides: float) -> BasedRules:
        """The shipped rules, with any of them replaced by name.

        Raises
        ------
        UsageError
            If a name is no rule or a value makes no sense.
        """
        sheet, names = load(SHEET), {f.name: f.metadata["key"] for f in fields(cls)}
        if unknown := sorted(set(overrides) - set(names)):
            raise UsageError(f"no such BASED rule: {', '.join(unknown)}; known: {', '.join(names)}")
        shipped: dict[str, Any] = {name: sheet[key].value for name, key in names.items()}
        return cls(**(shipped | overrides))

    def but(self, **changes: Any) -> BasedRules:
        """These rules with some numbers changed."""
        return replace(self, **changes)

    def limit_uv(self, derivation: str) -> float:
        """Amplitude limit of a derivation: the posterior one if it contains O1 or O2."""
        return self.posterior_uv if {"O1", "O2"} & set(derivation.split("-")) else self.anterior_uv

    def printed(self) -> tuple[RuleRow, ...]:
        """All of the sheet, in its order, with the values of these rules, for the report."""
        sheet = load(SHEET)
        used = {f.metadata["key"]: getattr(self, f.name) for f in fields(self)}
        return tuple(_row(sheet, fact.key, used.get(fact.key, fact.value)) for fact in sheet)


def _row(sheet: Sheet, key: str, value: Any) -> RuleRow:
    fact = sheet[key]
    status, source = fact.status, fact.source
    if value != fact.value:
        status, source = Status.POLICY, f"set for this run; otherwise {_words(fact.value)} ({fact.status})"
    return RuleRow(key, _words(value), fact.unit, status, source, fact.meaning)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_words(v) for v in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)
