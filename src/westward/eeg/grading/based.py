"""The 2021 BASED grade of a study, from events and one-second bins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading import words
from westward.eeg.grading.based_grade import (
    BasedGrade,
    DerivationAmplitude,
    EpochScores,
    FocusCount,
    GradedEpoch,
    NotAssessable,
)
from westward.eeg.grading.epochs import EpochTable, SpikeSeconds, located, tabulate
from westward.eeg.grading.margin import margin
from westward.eeg.grading.rules import BasedRules
from westward.eeg.grading.score_one import Abnormality
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.grading.verdict import Limits, Verdict, claim, decide, limits_of


def grade(
    facts: StudyFacts,
    *,
    rules: BasedRules | None = None,
    post_treatment: bool = False,
    abnormalities: Sequence[Abnormality] = (),
) -> BasedGrade:
    """Grade a study by the 2021 BASED score.

    Levels 5, 4 and 3 are tried on the most epileptic five-minute epoch; only if no epoch reaches 3 does the whole
    study decide between 2, 1 and 0. With limited data findings of 3 and more stand as a lower bound, and 0-2 are
    not claimed.

    Parameters
    ----------
    facts : StudyFacts
        Events and bins of the study.
    rules : BasedRules, optional
        Default: as shipped in ``evidence/based_2021.toml``.
    post_treatment : bool
        Whether to read out the risk of relapse.
    abnormalities : sequence of Abnormality
        From :func:`westward.eeg.grading.score_one.find`; level 1 is claimed only when one of them is found.

    Notes
    -----
    Source: 2021 BASED score (Mytinger 2021, Epilepsy Res 173:106631) as reproduced at medicalcriteria.com; statuses
    of all operations in ``rules.printed()``. Decision support; below 4 it does not exclude infantile spasms.
    """
    rules = BasedRules.from_evidence() if rules is None else rules
    found = [a for a in abnormalities if a.found]
    spikes = SpikeSeconds.of(facts)
    table = tabulate(facts, spikes, rules=rules)
    limits = limits_of(facts, rules=rules)
    totals = spikes.counts()
    raw = decide(table, rules=rules, study_spikes=totals, abnormal=bool(found))
    by_bins = decide(table, rules=rules, study_spikes=totals, abnormal=bool(found), by_pages=False)
    verdict = claim(raw, limits)
    score = verdict.score
    lower_bound = score is not None and score < 5 and limits.one_sided
    levels = table.levels(rules)
    worst = verdict.epoch
    changes = margin(facts, spikes, table, verdict, rules=rules, limits=limits, abnormal=bool(found))
    derivations = _amplitudes(facts, table, worst, rules)
    encephalopathy = None if score is None else score >= rules.encephalopathy_from
    if encephalopathy is False and lower_bound:
        encephalopathy = None
    relapse = None if score is None or not post_treatment else score >= rules.relapse_from
    lacks = _lacks(facts, table, verdict, limits, rules, derivations, lower_bound=lower_bound)
    counted = totals >= max(rules.min_spikes, 1)
    single = int(spikes.per_second.sum()) - int(totals[counted].sum())
    told = words.sentence(
        verdict,
        limits,
        lower_bound=lower_bound,
        n_single=single,
        n_foci=0 if worst is None else int(table.foci(rules)[worst]),
        n_foci_study=int(counted.sum()),
        spike_bin_fraction=None if worst is None else float(table.spike_bin_fraction[worst]),
        high=[d.name for d in derivations if d.high],
        n_grouped=0 if worst is None else int(table.grouped[worst]),
        n_attenuations=0 if worst is None else int(table.attenuations[worst]),
        abnormalities=[a.name for a in found],
        changes=changes,
        why_null="" if score is not None else lacks[0].why,
    )
    return BasedGrade(
        score=score,
        rule=verdict.rule,
        rules_met=verdict.rules_met,
        encephalopathy=encephalopathy,
        relapse_risk=relapse,
        worst_epoch=None if worst is None else _epoch(facts, table, worst, int(levels[worst]), rules),
        worst_epochs=tuple(_epoch(facts, table, e, int(levels[e]), rules) for e in _five_worst(table, rules)),
        score_by_bin_rule=claim(by_bins, limits).score,
        foci=tuple(
            FocusCount(
                f.name, f.peak, f.electrodes, f.hemisphere, int(totals[i]),
                None if worst is None else int(table.focus_spikes[i, worst]), bool(counted[i]),
                worst is not None and bool(table.focus_spikes[i, worst] >= rules.min_spikes),
            )
            for i, f in enumerate(facts.foci)
        ),
        derivations=derivations,
        n_attenuations=None if worst is None else int(table.attenuations[worst]),
        n_grouped=None if worst is None else int(table.grouped[worst]),
        n_attenuations_study=len(facts.attenuation_s),
        n_grouped_study=len(facts.grouped_s),
        epoch_scores=EpochScores(*(int((levels == level).sum()) for level in (0, 3, 4, 5))),
        margin=changes,
        lower_bound=lower_bound,
        incomplete=None if limits.unknown_cycle else bool(limits.incomplete),
        headline=words.headline(verdict, limits, lower_bound=lower_bound, n_single=single),
        sentence=str(told),
        why=told.why,
        advice="" if score is not None and score >= rules.encephalopathy_from else words.ADVICE_BELOW_4,
        not_assessable=lacks,
        warnings=_warnings(facts, table, verdict, rules, n_single=0 if counted.any() else single),
    )  # fmt: skip


def _epoch(facts: StudyFacts, table: EpochTable, e: int, level: int, rules: BasedRules) -> GradedEpoch:
    start = int(table.starts[e])
    inside = slice(start, start + rules.epoch_s)
    states = np.bincount(facts.state[inside][facts.assessable[inside]], minlength=len(STATES))
    return GradedEpoch(
        start_s=float(start),
        end_s=float(start + rules.epoch_s),
        level=level,
        spike_bin_fraction=float(table.spike_bin_fraction[e]),
        positive_pages=int(table.positive_pages[e]),
        assessable_bins=int(table.assessable_bins[e]),
        n_foci=int(table.foci(rules)[e]),
        n_attenuations=int(table.attenuations[e]),
        n_grouped=int(table.grouped[e]),
        state=STATES[int(states.argmax())],
    )


def _five_worst(table: EpochTable, rules: BasedRules) -> list[int]:
    """Up to five epochs that do not overlap, worst first."""
    chosen: list[int] = []
    if not table.n_epochs:
        return chosen
    free = np.ones(table.n_epochs, np.bool_)
    order = table.order(table.levels(rules))
    while len(chosen) < 5 and free.any():
        e = int(order[free[order].argmax()])
        chosen.append(e)
        free &= np.abs(table.starts - table.starts[e]) >= rules.epoch_s
    return chosen


def _amplitudes(
    facts: StudyFacts, table: EpochTable, e: int | None, rules: BasedRules
) -> tuple[DerivationAmplitude, ...]:
    """Every derivation in an epoch; without one over all assessable time, where none is called high."""
    inside = slice(None) if e is None else slice(int(table.starts[e]), int(table.starts[e]) + rules.epoch_s)
    waves = np.where(facts.assessable[inside], facts.background_uv[:, inside], np.nan)
    out = []
    for i, name in enumerate(facts.derivations):
        row = waves[i][np.isfinite(waves[i])]
        median = float(np.median(row)) if len(row) else None
        limit = rules.limit_uv(name) if located(name) else None
        share, high = None, None
        if e is None:
            share = float((row >= limit).mean()) if len(row) and limit is not None else None
        elif table.measured(rules)[i, e]:
            share = float(table.share()[i, e])
            high = bool(table.high(rules)[i, e])
        out.append(DerivationAmplitude(name, share, median, limit, high))
    return tuple(out)


def _lacks(
    facts: StudyFacts,
    table: EpochTable,
    verdict: Verdict,
    limits: Limits,
    rules: BasedRules,
    derivations: Sequence[DerivationAmplitude],
    *,
    lower_bound: bool,
) -> tuple[NotAssessable, ...]:
    """What is missing; the first entry is why the score is null where it is."""
    out: list[NotAssessable] = []
    reasons = " and ".join(limits.reasons)
    if not table.n_epochs:
        out.append(NotAssessable("BASED score", _no_epoch(facts, rules)))
    elif verdict.score is None:
        found = "no epoch reaches level 3, and lower levels need more"
        out.append(NotAssessable("BASED score", f"{found}: {reasons}"))
    elif lower_bound:
        out.append(NotAssessable("higher BASED score", reasons))
    if limits.no_sleep:
        out.append(NotAssessable("NREM sleep", limits.no_sleep))
    if limits.no_amplitude:
        out.append(NotAssessable("background amplitude", limits.no_amplitude))
    if limits.incomplete:
        out.append(NotAssessable("complete study", limits.incomplete))
    if limits.unknown_cycle:
        out.append(NotAssessable("sleep-wake cycles", limits.unknown_cycle))
    if table.n_epochs and (lost := [d.name for d in derivations if d.high is None]):
        out.append(
            NotAssessable(
                f"amplitude of {', '.join(lost)}", "too little background, or position unknown, in the worst epoch"
            )
        )
    return tuple(out)


def _no_epoch(facts: StudyFacts, rules: BasedRules) -> str:
    minutes = rules.epoch_s / 60
    if facts.n_seconds < 60:
        return f"the recording lasts {facts.n_seconds} s, {minutes:g} min are needed"
    if facts.n_seconds < rules.epoch_s:
        return f"the recording lasts {facts.n_seconds / 60:.1f} min, {minutes:g} are needed"
    return f"no contiguous {minutes:g} min with at least {rules.min_assessable_bins} assessable seconds"


def _warnings(
    facts: StudyFacts, table: EpochTable, verdict: Verdict, rules: BasedRules, *, n_single: int
) -> tuple[str, ...]:
    out = []
    minutes = float(facts.assessable.sum()) / 60
    if minutes >= 1 and n_single / minutes > rules.max_single_spikes_per_minute:
        out.append(
            f"{words.single_spikes(n_single)}, {n_single / minutes:.1f} a minute: look at them; a focus is only "
            "recognized where spikes of one field recur"
        )
    if table.n_epochs:
        strict, possible = table.levels(rules).max(), table.levels(rules, pages_possible=True).max()
        if possible > strict:
            words_ = "excluded seconds count as negative in the page rule; had they all held spikes"
            out.append(f"{words_}, the score would be {possible}")
    if verdict.score is not None and verdict.score < 3 and facts.derivations:
        present = {e for d in facts.derivations for e in d.split("-")}
        if missing := [o for o in ("O1", "O2") if o not in present]:
            out.append(f"{' and '.join(missing)} not usable: posterior amplitude and foci were assessed without")
    return tuple(out)
