"""ILAE 2022 criteria of infantile epileptic spasms syndrome: yes, no, or exactly what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from westward.care.answer import Answer, all_of, any_of
from westward.care.findings import Findings
from westward.core.ages import DAYS_PER_MONTH
from westward.evidence.loader import Fact, Sheet, load


class Role(StrEnum):
    """What an item does in the criteria."""

    MANDATORY = "mandatory"
    EXCLUSION = "exclusion"
    ALERT = "alert"
    NOTE = "note"


class Outcome(StrEnum):
    """Result of the criteria."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_BE_SAID = "cannot be said"
    IN_EVOLUTION = "syndrome in evolution"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the criteria.

    Attributes
    ----------
    present : Answer
        Whether the finding that the item names is there: yes holds a mandatory item, and excludes or alerts in the
        others.
    missing : str
        What must be asked or done to answer it; empty if it is answered.
    remark : str
        What a reader should know of the answer.
    """

    role: Role
    fact: Fact
    present: Answer
    missing: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Judgment:
    """The criteria applied to one child.

    Attributes
    ----------
    missing : tuple of str
        What keeps the result from being said; empty if it is said.
    still_to_ask : tuple of str
        Ictal and interictal findings and advised steps that the result does not hang on.
    without_eeg : bool
        The EEG item rests on witnessed clusters alone, as allowed where no EEG can be had.
    """

    outcome: Outcome
    items: tuple[Item, ...]
    missing: tuple[str, ...]
    still_to_ask: tuple[str, ...]
    without_eeg: bool

    @property
    def alerts(self) -> tuple[Item, ...]:
        """Alerts that are present: caution, look for another syndrome."""
        return tuple(i for i in self.items if i.role is Role.ALERT and i.present is Answer.YES)

    @property
    def words(self) -> str:
        """The result in one line."""
        if self.outcome is Outcome.CANNOT_BE_SAID:
            return f"cannot be said; missing: {'; '.join(self.missing)}"
        if self.outcome is Outcome.NOT_MET:
            failed = [i for i in self.items if (i.role, i.present) in _FAILS]
            return "not met: " + "; ".join(f"{i.role}: {i.fact.value} ({i.present})" for i in failed)
        return self.outcome.value + (" without EEG (clusters witnessed)" if self.without_eeg else "")


_FAILS = {(Role.MANDATORY, Answer.NO), (Role.EXCLUSION, Answer.YES)}


def judge(findings: Findings, *, sheet: Sheet | None = None) -> Judgment:
    """Apply the criteria.

    Development that is still normal leaves the result open rather than negative, since plateau and regression may
    be absent early (recalled). An interictal EEG without sleep is not taken for negative (excerpt). Alerts change
    nothing in the result.

    Notes
    -----
    Sources and status of every item: ``evidence/ilae_2022.toml``.
    """
    sheet = sheet or load("ilae_2022")
    f = findings
    eeg, without_eeg = _eeg(f, sheet)
    mandatory = (
        Item(Role.MANDATORY, sheet["mandatory.seizure"], f.spasms, _ask(f.spasms, "whether the events are spasms")),
        eeg,
        _onset(f, sheet),
        _development(f, sheet),
    )
    items = (*mandatory, _exclusion(f, sheet), *_alerts(f, sheet), Item(Role.NOTE, sheet["note.mri"], f.mri_done))
    missing = tuple(i.missing for i in items if i.missing)
    to_ask = _still_to_ask(f, already=missing)

    interictal_abnormal = any_of((f.hypsarrhythmia, f.focal_or_multifocal, f.suppression_burst))
    if any((i.role, i.present) in _FAILS for i in items):
        outcome = Outcome.NOT_MET
        if all_of((f.at_risk, interictal_abnormal)) is Answer.YES and f.spasms is Answer.NO:
            outcome = Outcome.IN_EVOLUTION
            items = (*items, Item(Role.NOTE, sheet["note.in_evolution"], Answer.YES))
        return Judgment(outcome, items, (), (*missing, *to_ask), without_eeg=False)
    if missing:
        return Judgment(Outcome.CANNOT_BE_SAID, items, missing, to_ask, without_eeg)
    return Judgment(Outcome.MET, items, (), to_ask, without_eeg)


def operational_rule(findings: Findings, *, sheet: Sheet | None = None) -> tuple[Answer, tuple[Fact, ...]]:
    """Diagnosis by the operational EEG rule, and the facts it rests on.

    Yes if spasms with a typical ictal correlate were captured, or if typical spasms on a home video or definite
    clusters by history meet a BASED score of 4 or more. Source: Mytinger 2021 (excerpt).
    """
    sheet = sheet or load("ilae_2022")
    f = findings
    limit = sheet["operational.encephalopathy_from_score"]
    if f.based_score is None:
        encephalopathy = Answer.UNKNOWN
    else:
        encephalopathy = Answer.YES if f.based_score >= sheet.integer(limit.key) else Answer.NO
    captured = f.ictal_correlate if f.event_recorded is not Answer.NO else Answer.NO
    by_history = all_of((any_of((f.clusters_by_history, f.clusters_witnessed)), encephalopathy))
    facts = (sheet["operational.captured"], sheet["operational.history_and_eeg"], limit)
    return any_of((captured, by_history)), facts


def _eeg(f: Findings, sheet: Sheet) -> tuple[Item, bool]:
    fact = sheet["mandatory.eeg"]
    interictal = any_of((f.hypsarrhythmia, f.focal_or_multifocal))
    if interictal is Answer.YES:
        return Item(Role.MANDATORY, fact, Answer.YES), False
    ictal = sheet["mandatory.ictal_eeg"]
    if f.ictal_correlate is Answer.YES:
        remark = f"interictal criterion: {interictal}"
        return Item(Role.MANDATORY, ictal, Answer.YES, remark=remark), False
    if f.eeg_available is Answer.NO:
        remark = str(sheet["note.without_eeg"].value)
        missing = _ask(f.clusters_witnessed, "whether an experienced clinician has seen clusters, live or on video")
        if f.clusters_witnessed is Answer.NO:
            missing = "an EEG, or clusters seen by an experienced clinician"
        present = Answer.YES if f.clusters_witnessed is Answer.YES else Answer.UNKNOWN
        return Item(Role.MANDATORY, sheet["note.without_eeg"], present, missing, remark), present is Answer.YES
    if interictal is Answer.UNKNOWN:
        return Item(Role.MANDATORY, fact, Answer.UNKNOWN, "interictal EEG: hypsarrhythmia, focal or multifocal"), False
    if f.sleep_recorded is not Answer.YES:
        remark = str(sheet["note.sleep"].value)
        return Item(Role.MANDATORY, fact, Answer.UNKNOWN, "EEG with sleep, or an ictal EEG", remark), False
    if f.ictal_correlate is Answer.UNKNOWN or f.event_recorded is not Answer.YES:
        return Item(
            Role.MANDATORY, ictal, Answer.UNKNOWN, "ictal EEG (required: the interictal EEG is negative)"
        ), False
    return Item(Role.MANDATORY, ictal, Answer.NO), False


def _exclusion(f: Findings, sheet: Sheet) -> Item:
    fact = sheet["exclusion.normal_event_eeg"]
    if f.event_recorded is Answer.NO or f.ictal_correlate is Answer.YES or f.eeg_available is Answer.NO:
        return Item(Role.EXCLUSION, fact, Answer.NO)
    what = "ictal EEG: what it showed during the recorded event"
    if f.event_recorded is Answer.UNKNOWN:
        what = "ictal EEG: whether an event was recorded, and what it showed"
    return Item(Role.EXCLUSION, fact, f.event_eeg_normal, _ask(f.event_eeg_normal, what))


def _onset(f: Findings, sheet: Sheet) -> Item:
    fact, onset = sheet["mandatory.onset"], f.onset_age_d
    if onset is None:
        return Item(Role.MANDATORY, fact, Answer.UNKNOWN, "age at the first spasm")
    first = int(sheet.number("onset.from_months") * DAYS_PER_MONTH)
    last = int(-(-sheet.number("onset.to_months") * DAYS_PER_MONTH // 1))
    if onset.high < first or onset.low > last:
        return Item(Role.MANDATORY, fact, Answer.NO)
    if first <= onset.low and onset.high <= last:
        return Item(Role.MANDATORY, fact, Answer.YES)
    return Item(Role.MANDATORY, fact, Answer.UNKNOWN, "age at the first spasm more exactly")


def _development(f: Findings, sheet: Sheet) -> Item:
    fact, early = sheet["mandatory.development"], sheet["note.development_early"]
    if f.plateau_or_regression is Answer.NO:
        remark = f"{early.value} ({early.status}): {early.meaning}"
        return Item(Role.MANDATORY, fact, Answer.UNKNOWN, "development: no plateau or regression so far", remark)
    missing = _ask(f.plateau_or_regression, "development: plateau or regression since the onset")
    return Item(Role.MANDATORY, fact, f.plateau_or_regression, missing)


def _alerts(f: Findings, sheet: Sheet) -> tuple[Item, ...]:
    below = sheet.number("onset.alert_below_months") * DAYS_PER_MONTH
    if f.onset_age_d is None or f.onset_age_d.low < below <= f.onset_age_d.high:
        early = Answer.UNKNOWN
    else:
        early = Answer.YES if f.onset_age_d.high < below else Answer.NO
    return (
        Item(Role.ALERT, sheet["alert.early_onset"], early),
        Item(Role.ALERT, sheet["alert.normal_interictal"], f.interictal_normal),
        Item(Role.ALERT, sheet["alert.suppression_burst"], f.suppression_burst),
    )


def _still_to_ask(f: Findings, *, already: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    asked = any("interictal" in one for one in already)
    if any_of((f.hypsarrhythmia, f.focal_or_multifocal)) is Answer.UNKNOWN and not asked:
        found.append("interictal EEG: hypsarrhythmia, focal or multifocal")
    if f.mri_done is not Answer.YES:
        found.append("MRI (advised, not required)")
    return tuple(found)


def _ask(answer: Answer, what: str) -> str:
    return what if answer is Answer.UNKNOWN else ""
