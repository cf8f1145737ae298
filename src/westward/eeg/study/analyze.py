"""From a recording to everything it says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from westward.core import memory, provenance
from westward.core.ages import days_between
from westward.core.errors import UsageError
from westward.eeg import layout as layouts
from westward.eeg.events import bad_channels
from westward.eeg.events.bad_channels import BadChannel
from westward.eeg.grading import based, hypsarrhythmia, score_one
from westward.eeg.grading.rules import BasedRules
from westward.eeg.layout import Layout
from westward.eeg.recording.recording import Recording
from westward.eeg.stream import over_blocks, plan
from westward.eeg.study import gamma, oscillations
from westward.eeg.study.gathered import Gathered
from westward.eeg.study.measure import measure
from westward.eeg.study.night import assemble, facts_of, with_ictal
from westward.eeg.study.options import Progress, StudyOptions
from westward.eeg.study.result import Study


def _quiet(done: float, doing: str) -> None:
    del done, doing


def analyze(recording: Recording, options: StudyOptions, progress: Progress = _quiet) -> Study:
    """Analyze one recording: quality, sleep, spikes, background, attenuations, grade.

    The recording is streamed: samples are held only for the blocks being worked on.
    """
    started, clock = provenance.now(), time.monotonic()
    age_days, age_source = _age(recording, options)
    progress(0.0, "looking for bad channels")
    chosen = layouts.choose(recording)
    bad, refusal = _survey(recording, chosen)
    layout = None if chosen is None or refusal else chosen.without([b.name for b in bad])
    n_seconds = int(recording.duration_s + 1e-6)
    parts = Gathered.nothing(layout.derivations if layout else (), n_seconds)
    if layout is not None:
        spans = plan(recording.segments, options.block_s)
        for part in over_blocks(
            recording, layout, spans, lambda block: measure(block, age_days=age_days), threads=options.threads
        ):
            parts.add(part)
            progress(0.02 + 0.9 * len(parts) / len(spans), "reading the EEG")
    progress(0.93, "grading")
    memory.give_back()
    night = assemble(
        parts,
        n_seconds=n_seconds,
        derivations=layout.derivations if layout else (),
        age_days=age_days,
        options=options,
    )
    found, measured = parts.spikes, bool(len(parts))
    del parts
    memory.give_back()
    night = replace(night, gamma=gamma.measure(recording, layout, night.spasms))
    if layout is not None:
        night = replace(night, hfos=oscillations.detect(recording, layout, night, threads=options.threads))
    facts = facts_of(night, recording.segments, age_days=age_days, layout=layout)
    abnormalities = score_one.find(
        facts, night.background if measured else None, n_spindles=len(night.spindles) if measured else None
    )
    rules = BasedRules.from_evidence()
    grade = based.grade(facts, rules=rules, post_treatment=options.post_treatment, abnormalities=abnormalities)
    every = with_ictal(night, found, facts.derivations)
    before = facts_of(every, recording.segments, age_days=age_days, layout=layout)
    features = hypsarrhythmia.measure(facts, grade, night.background if measured else None)
    return Study(
        recording=recording,
        options=options,
        layout=layout,
        age_days=age_days,
        age_source=age_source,
        bad_channels=bad,
        night=night,
        facts=facts,
        abnormalities=abnormalities,
        grade=grade,
        with_ictal=based.grade(before, rules=rules, post_treatment=options.post_treatment, abnormalities=abnormalities),
        hypsarrhythmia=features,
        refusal=refusal,
        started=started,
        seconds=time.monotonic() - clock,
    )


def _age(recording: Recording, options: StudyOptions) -> tuple[int | None, str]:
    if options.age_days is not None:
        return options.age_days, "given"
    birth, start = recording.facts.patient.birth_date, recording.facts.start
    if birth is not None and start is not None:
        try:
            return days_between(birth, start.date()), "header"
        except UsageError:
            return None, "unknown"
    return None, "unknown"


def _survey(recording: Recording, layout: Layout | None) -> tuple[tuple[BadChannel, ...], str]:
    if layout is None:
        return (), "the file holds no EEG channel"
    names: Sequence[str] = [c.name for c in layout.channels]
    bad = bad_channels.survey(recording, names)
    return bad, bad_channels.refusal(bad, names)
