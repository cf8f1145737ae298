"""What the report shows of spasms, from a real analysis of a simulated recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from tests.support.simulated import AGE_MONTHS, simulated

from westward.core.ages import days_from_months
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import STATES
from westward.eeg.events.spasms import Spasms
from westward.eeg.recording.open import open_recording
from westward.eeg.report.ictal import headline
from westward.eeg.study import StudyOptions, analyze, ictal, ictal_pages, parameters, report_content
from westward.eeg.study.events import all_events
from westward.eeg.study.result import Study
from westward.eeg.study.summary import summarize


@pytest.fixture(scope="module")
def study() -> Iterator[Study]:
    with open_recording(simulated("spasms").edf) as recording:
        yield analyze(recording, StudyOptions(age_days=days_from_months(AGE_MONTHS)))


def test_pages_show_the_fullest_cluster_with_its_limb_emg(study: Study) -> None:
    night = study.night
    largest = max(night.clusters, key=lambda c: c.n)
    pages = ictal_pages.build(study)
    assert 1 <= len(pages) <= ictal_pages.N_PAGES
    for page in pages:
        assert page.ictal == f"Cluster {night.clusters.index(largest) + 1} of {len(night.clusters)}"
        assert page.duration_s == pytest.approx(ictal_pages.PAGE_S)
        assert any(m.number for m in page.spasms)
        assert page.emg
        assert all(t.data.shape == page.data.shape[1:] for t in page.emg)
        assert largest.onset_s - ictal_pages.PAGE_S <= page.start_s <= largest.stop_s
    starts = [p.start_s for p in pages]
    assert np.all(np.diff(starts) >= ictal_pages.PAGE_S)


def test_numbers_on_the_pages_count_the_spasms_of_the_recording(study: Study) -> None:
    spasms = study.night.spasms
    onsets = spasms.onset_s[spasms.counted]
    marks = [m for p in ictal_pages.build(study) for m in p.spasms if m.number]
    for mark in marks:
        assert mark.onset_s == onsets[mark.number - 1]
        assert mark.onset_s < mark.stop_s <= mark.decrement_stop_s
        assert mark.reason.endswith("candidate, not video-confirmed")


def test_emg_below_a_page_is_loud_where_the_spasms_are(study: Study) -> None:
    bursts = study.night.spasms.emg_ratio > 3
    onsets = set(study.night.spasms.onset_s[bursts].tolist())
    checked = 0
    for page in ictal_pages.build(study):
        t = page.start_s + np.arange(page.data.shape[1]) / page.sfreq_hz
        inside = np.zeros(len(t), np.bool_)
        for m in page.spasms:
            inside |= (t >= m.onset_s) & (t < m.stop_s)
        for m in page.spasms:
            if m.onset_s in onsets:
                here = (t >= m.onset_s) & (t < m.stop_s)
                loud = max(float(np.std(row.data[here])) for row in page.emg)
                quiet = max(float(np.median(np.abs(row.data[~inside]))) for row in page.emg)
                assert loud > 2 * quiet
                checked += 1
    assert checked


def test_without_cluster_the_clearest_single_spasm_is_shown(study: Study) -> None:
    alone = replace(study, night=replace(study.night, clusters=()))
    (page,) = ictal_pages.build(alone)
    spasms = study.night.spasms
    clearest = int(np.where(spasms.counted, spasms.confidence, -1).argmax())
    assert page.ictal == "Single candidate"
    assert spasms.onset_s[clearest] in [m.onset_s for m in page.spasms]


def test_without_candidates_there_is_no_page(study: Study) -> None:
    assert ictal_pages.build(replace(study, night=replace(study.night, spasms=Spasms.empty(), clusters=()))) == ()


def test_the_content_agrees_with_the_summary(study: Study) -> None:
    summary = summarize(study, "0" * 64)
    events = sorted(all_events(study), key=lambda e: e.onset_s)
    content = report_content.build(study, "x", summary, events)
    assert sum(e.counted for e in content.spasms) == summary["spasms"]["n"]
    assert len(content.notes) == sum(e.trial_type == "note" for e in events)
    assert content.night is not None
    assert len(content.night.clusters) == summary["spasms"]["n_clusters"]
    assert len(content.night.review) == len(summary["review"])
    v = content.vigilance
    assert v.sleep_minutes == pytest.approx(summary["states"]["nrem"] + summary["states"]["rem"])
    awakenings = [r for r in summary["review"] if "awakening" in r["why"]]
    assert v.awakenings == len(awakenings)
    offered = sum(r["end_s"] - r["start_s"] for r in awakenings) / 60
    assert 0 <= v.after_awakening_minutes <= offered


def test_without_states_the_content_says_so_instead_of_zero(study: Study) -> None:
    unstaged = replace(study.night, hypnogram=replace(study.night.hypnogram, refusal="age unknown"))
    summary = summarize(study, "0" * 64)
    content = report_content.build(replace(study, night=unstaged), "x", summary, [])
    assert content.vigilance.sleep_minutes is None
    assert content.vigilance.awakenings is None
    assert content.vigilance.usable_minutes is not None
    assert all(p.state == "" for p in content.ictal_pages)


def test_sleep_that_was_nowhere_recognized_is_not_zero(study: Study) -> None:
    unknown = np.full_like(study.night.hypnogram.state, STATES.index("unknown"))
    night = replace(study.night, hypnogram=replace(study.night.hypnogram, state=unknown))
    content = report_content.build(replace(study, night=night), "x", summarize(study, "0" * 64), [])
    assert content.vigilance.sleep_minutes is content.vigilance.after_awakening_minutes is None


@pytest.mark.parametrize(
    ("n", "emg", "said"), [(27, False, "27 attenuations"), (1, False, ""), (0, False, ""), (27, True, "")]
)
def test_attenuations_without_limb_emg_are_said_to_hide_spasms(study: Study, n: int, emg: bool, said: str) -> None:
    spasms = (
        study.night.spasms
        if emg
        else replace(study.night.spasms, emg_ratio=np.full_like(study.night.spasms.emg_ratio, np.nan))
    )
    told = replace(study, grade=replace(study.grade, n_attenuations_study=n), night=replace(study.night, spasms=spasms))
    assert ictal.with_emg(told) is emg
    assert (said in ictal.hidden(told)) if said else not ictal.hidden(told)
    found = ictal.summary(told)
    assert found is not None
    assert found["doubt"] == ictal.hidden(told)
    assert ("may be missed" in ictal.sentence(told)) is bool(said)


def test_a_note_beside_a_near_miss_names_it_and_is_judged_only_where_spasms_are(study: Study) -> None:
    k = int(study.night.spasms.counted.argmax())
    t = float(study.night.spasms.onset_s[k])
    note = Event(t, 0.0, "note", reason="push button")
    assert ictal.with_correlate(note, study).subtype == ictal.FOUND
    below = replace(study.night.spasms, counted=np.zeros_like(study.night.spasms.counted))
    told = ictal.with_correlate(note, replace(study, night=replace(study.night, spasms=below)))
    assert told.subtype == ictal.FOUND
    assert "near-miss of confidence" in told.reason
    assert study.layout is not None
    two = replace(study.layout, electrodes=(), derivations=("Fpz-Cz", "Pz-Oz"), auxiliary=())
    assert ictal.with_correlate(note, replace(study, layout=two)).subtype == ictal.UNKNOWN
    assert "neither electrodes" in ictal.refusal(replace(study, layout=two))
    assert ictal.summary(replace(study, layout=two)) is None
    short = replace(study, night=replace(study.night, usable=np.arange(study.night.n_seconds) < 20))
    assert ictal.refusal(short) == "no 30 s in one piece are usable (20 s)"


def test_an_emg_without_a_muscle_is_not_called_limb_emg(study: Study) -> None:
    assert ictal.emg(study) == "limb"
    assert study.layout is not None
    bare = tuple(replace(c, name="EMG") for c in study.layout.auxiliary if "deltoid" in c.name)[:1]
    told = replace(study, layout=replace(study.layout, auxiliary=bare))
    assert ictal.emg(told) == "place not named"
    assert "its place not named" in ictal.sentence(told)


def test_single_candidates_and_push_buttons_are_offered_for_review(study: Study) -> None:
    alone = replace(study, night=replace(study.night, clusters=()))
    counted = int(study.night.spasms.counted.sum())
    assert sum(r["why"] == "1 candidate" for r in ictal.review(alone)) == counted > 0
    assert not any(r["why"] == "1 candidate" for r in ictal.review(study) if len(study.night.clusters) == 0)
    buttons = [n for n in study.recording.notes if "button" in n.text.lower()]
    assert sum("push-button" in r["why"] for r in ictal.review(study)) == len(buttons) > 0


def test_the_grammar_is_what_was_asked_for(study: Study) -> None:
    options = replace(study.options, cluster_min_spasms=5, cluster_max_gap_s=30.0)
    assert (options.clusters.min_spasms, options.clusters.max_gap_s) == (5, 30.0)
    found = ictal.summary(replace(study, options=options))
    assert found is not None
    assert found["grammar"] == {"min_spasms": 5, "max_gap_s": 30.0, "likely_from": 0.5}
    printed = {r.name: (r.value, r.source) for r in parameters.rows(options)}
    assert printed["cluster: min spasms"] == ("5", parameters.SET)
    assert printed["cluster: max gap s"] == ("30", parameters.SET)


def test_a_cluster_of_low_confidence_is_told_as_possible(study: Study) -> None:
    weak = tuple(replace(c, likely=False, confidence=0.01) for c in study.night.clusters)
    told = replace(study, night=replace(study.night, clusters=weak))
    found = ictal.summary(told)
    assert found is not None
    assert (found["n_likely_clusters"], found["n_clusters"]) == (0, len(weak))
    assert f"no cluster, {len(weak)} possible" in ictal.sentence(told)
    assert weak[0].reason.startswith("possible cluster")
    shown = headline(report_content.build(told, "x", summarize(told, "0" * 64), []))
    assert f"{len(weak)} possible cluster" in shown.meaning
