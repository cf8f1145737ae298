from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.support.report_content import fake_content, fake_ictal_content, fake_ictal_summary, fake_spasms, fake_summary

from westward.eeg.events.event import Event
from westward.eeg.report import ictal
from westward.eeg.report.content import ReportContent, Vigilance


def with_spasms(**changes: Any) -> ReportContent:
    """Content whose ``spasms`` of the summary are changed."""
    summary = fake_ictal_summary()
    return fake_ictal_content(summary={**summary, "spasms": {**summary["spasms"], **changes}})


def test_the_answer_tells_number_clusters_and_the_largest_of_them() -> None:
    told = ictal.headline(fake_ictal_content())
    assert told.found == "9 candidates"
    assert told.meaning == "2 clusters and 1 single one, not video-confirmed"
    assert told.why.startswith("2 clusters; the largest: 5 in 45.1")
    assert "from 8:20:00, about every 11" in told.why
    assert "after an arousal" in told.why
    assert "Limb EMG shows a burst with 9 of 9." in told.doubt[0]
    assert "Near-misses below the operating point: 14." in told.doubt[0]
    assert told.caution == ""


def test_one_cluster_is_told_by_itself() -> None:
    told = ictal.headline(with_spasms(clusters=fake_ictal_summary()["spasms"]["clusters"][1:], n=3, n_in_clusters=3))
    assert told.meaning == "1 cluster, not video-confirmed"
    assert told.why.startswith("3 in 29.1")
    assert "arousal" not in told.why


def test_single_spasms_without_cluster_name_the_clearest() -> None:
    single = (replace(fake_spasms()[6], cluster_id="", onset_s=12_345.6, counted=True, confidence=0.93),)
    told = ictal.headline(replace(with_spasms(clusters=[], n=1, n_in_clusters=0), spasms=single))
    assert told.meaning == "clusters: none found and 1 single one, not video-confirmed"
    assert "1 single candidate; the clearest at 3:25:45, confidence 0.93." in told.why


def test_nothing_found_is_none_found_and_no_proof() -> None:
    told = ictal.headline(replace(with_spasms(n=0, clusters=[], n_in_clusters=0, near_misses=0), spasms=()))
    assert told.found == "None found"
    assert "10\u202fh 20\u202fmin: no proof" in told.why
    assert told.doubt == ("Limb EMG was recorded.", "")


def test_without_emg_the_lower_confidence_is_said() -> None:
    assert "Without limb EMG" in ictal.headline(with_spasms(with_emg=False)).doubt[0]


def test_a_background_that_hides_spasms_is_said_beside_the_count() -> None:
    why = "no limb EMG, and 27 attenuations of the background: spasms that show as a decrement alone may be missed"
    told = ictal.headline(with_spasms(with_emg=False, doubt=why)).doubt[0]
    assert told.startswith("Without limb EMG: less is found")
    assert "No limb EMG, and 27 attenuations" in told
    assert "may be missed." in told


@pytest.mark.parametrize(
    ("cycles", "said"), [(0, "no full sleep-wake cycle was recorded"), (None, "were not assessed"), (2, "")]
)
def test_without_a_full_cycle_it_is_insufficient_to_exclude(cycles: int | None, said: str) -> None:
    content = replace(with_spasms(n=0, clusters=[], n_in_clusters=0), spasms=())
    content = replace(content, summary={**content.summary, "sleep_wake_cycles": cycles})
    caution = ictal.headline(content).caution
    assert said in caution
    assert caution.startswith("Insufficient to exclude spasms") is bool(said)
    verdict = ictal.seen(content)[-1].cells[1]
    assert (verdict == ictal.INSUFFICIENT) is bool(said)


def test_what_was_not_looked_for_is_not_assessable_with_its_reason() -> None:
    told = ictal.headline(fake_content(n_pages=0))
    assert told.found == "Not assessable"
    assert told.why == "Spasm detection is not part of this version."
    assert ictal.headline(ReportContent("x", {})).why == "Spasms were not looked for."


def test_the_grade_with_ictal_time_stands_beside_the_grade() -> None:
    first, second = ictal.interictal_notes(fake_ictal_summary())
    assert first == "Time around candidates (1%) and after arousals (4%) is left out; with it: BASED 5."
    assert "multifocality 3, amplitude 287" in second
    same = fake_summary(with_ictal_time={"score": 4, "rule": "4a"})
    same["ictal_mask"] = {"candidate_share": 0.2, "arousal_share": None}
    assert ictal.interictal_notes(same)[0] == "Time around candidates (20%) is left out; with it: BASED 4, the same."
    same["ictal_mask"] = {"candidate_share": 0.0, "arousal_share": None}
    assert ictal.interictal_notes(same)[0] == "No time was left out as ictal or after an arousal."


def test_clusters_tell_side_state_and_what_is_not_assessable() -> None:
    one, two = ictal.clusters(fake_ictal_summary())
    assert one.cells[:5] == ("1", "8:20:00", "8:20:45", "5", "11.0\u202fs")
    assert one.cells[7] == "left by 34%"
    assert "5 spasms; largest 1.7 at number 3." in one.intensity
    assert two.cells[5] == two.cells[7] == "not assessable"


@pytest.mark.parametrize(
    ("asymmetry", "told"),
    [(None, "not assessable"), (-0.02, "even (2%)"), (-0.5, "right by 50%"), (0.2, "left by 20%")],
)
def test_side(asymmetry: float | None, told: str) -> None:
    assert ictal.side(asymmetry) == told


def test_intervals_of_all_clusters_are_added() -> None:
    counts = ictal.intervals(fake_ictal_summary())
    assert dict(counts)["10–15"] == 6
    assert sum(n for _, n in counts) == 6
    assert counts[-1][0] == "45 or more"
    assert ictal.intervals({"spasms": None}) == []


def test_near_misses_are_the_most_likely_in_order_of_time() -> None:
    shown = ictal.near_misses(fake_spasms())
    assert len(shown) == ictal.SHOWN_NEAR_MISSES
    assert all(not e.counted for e in shown)
    assert [e.onset_s for e in shown] == sorted(e.onset_s for e in shown)
    assert min(e.confidence or 0 for e in shown) == pytest.approx(0.24)


def test_the_operating_point_in_use_is_marked() -> None:
    rows = ictal.operating(fake_ictal_summary())
    assert [r.marked for r in rows] == [False, True, False]
    assert rows[0].cells == ("0.3", "17", "8", "9.6", "0.8–19.7")


def test_a_note_without_candidate_is_never_called_no_spasm() -> None:
    told = [r.cells[2] for r in ictal.notes([*fake_ictal_content().notes, Event(5.0, 0.0, "note", reason="x")])]
    assert told == ["candidate found", "no EEG correlate seen", "not assessable", "not assessable"]


def test_every_stretch_with_candidates_reads_unconfirmed() -> None:
    after, cluster = ictal.review(fake_ictal_summary())
    assert after.cells[3] == "offered for review"
    assert cluster.cells[3] == "candidate, not video-confirmed"


def test_what_was_seen_is_not_assessable_without_states() -> None:
    rows = {r.cells[0]: r.cells[1] for r in ictal.seen(replace(fake_ictal_content(), vigilance=Vigilance(60.0)))}
    assert rows["usable recording"] == "1\u202fh"
    assert rows["sleep"] == rows["awakenings"] == rows["seen within 30 min after an awakening"] == "not assessable"
