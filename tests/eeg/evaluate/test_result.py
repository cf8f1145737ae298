"""From pairs of marks to figures."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.support.schemas import check_evaluation

from westward.eeg.evaluate import page, result
from westward.eeg.evaluate.estimate import NO_REFERENCE
from westward.eeg.evaluate.marks import CLUSTER, SEIZURE, SPASM, Mark, Marked
from westward.eeg.evaluate.protocol import Protocol, Targets
from westward.eeg.evaluate.recording_scoring import labels_of, score
from westward.eeg.evaluate.spasm_scoring import SpasmParameters

HOUR = 3600.0


def marked(name: str, *onsets: float, kind: str = SPASM, hours: float | None = 1, **more: object) -> Marked:
    marks = tuple(Mark(t, 1.0, kind) for t in onsets)
    return Marked(name, name.split("_")[0], marks, None if hours is None else hours * HOUR, **more)


def told(*pairs: tuple[Marked, Marked], protocol: Protocol | None = None) -> dict:
    e = result.as_dict(result.evaluate(pairs, protocol or Protocol()))
    e |= {
        "reference": {"layout": "BIDS events", "source": "test"},
        "not_scored": {"references_without_result": [], "results_without_reference": []},
        "provenance": {"version": "0", "commit": None, "started": "now"},
    }
    assert json.loads(json.dumps(e, allow_nan=False)) == e
    check_evaluation(e)
    assert page.render(e).startswith("<!doctype html>")
    return e


def test_counts_of_two_patients_by_hand() -> None:
    e = told(
        (marked("a", 100, 110, 120), marked("a", 100.5, 111.5, 500)),
        (marked("b", 100, hours=8), marked("b", 103, hours=8)),
    )
    spasm = e["figures"]["spasm"]
    assert (spasm["sensitivity"]["value"], spasm["sensitivity"]["of"]) == (0.5, "2 of 4")
    assert spasm["sensitivity"]["mean_by_patient"] == pytest.approx((2 / 3 + 0) / 2)
    assert spasm["sensitivity_strict"]["of"] == "1 of 4"
    assert spasm["precision"]["of"] == "2 of 4"
    assert spasm["f1"]["value"] == pytest.approx(4 / 8)
    assert (spasm["false_per_hour"]["value"], spasm["false_per_hour"]["of"]) == (pytest.approx(2 / 9), "2 in 9 h")
    assert (spasm["false_per_night"]["value"], spasm["false_per_night"]["of"]) == (1, "1 in 1 nights")
    assert spasm["count_ratio"]["value"] == 1
    assert e["timing_error_s"]["n"] == 2
    assert e["timing_error_s"]["median"] == 1.0


def test_without_reference_events_sensitivity_is_not_assessable_and_false_alarms_are() -> None:
    e = told((marked("a", hours=10), marked("a", 50, hours=10)))
    spasm, cluster = e["figures"]["spasm"], e["figures"]["cluster"]
    assert (spasm["sensitivity"]["value"], spasm["sensitivity"]["why"]) == (None, NO_REFERENCE)
    assert spasm["count_ratio"]["value"] is None
    assert spasm["false_per_hour"]["value"] == spasm["false_per_hour_controls"]["value"] == pytest.approx(0.1)
    assert cluster["sensitivity"]["why"] == NO_REFERENCE
    assert e["figures"]["events"]["sensitivity"]["why"] == NO_REFERENCE
    assert e["n"]["controls"] == 1
    assert "sensitivity not assessable" in page.headline(e)
    assert "no reference events: sensitivity not assessable" in page.render(e)


def test_one_patient_has_no_interval_by_patient_and_it_is_said() -> None:
    e = told((marked("a", 10, 20, 30), marked("a", 10, 20)))
    assert e["figures"]["spasm"]["sensitivity"]["by_patient"] is None
    assert e["figures"]["spasm"]["sensitivity"]["interval"] is not None
    assert any("One patient" in w for w in e["warnings"])
    assert any("not fixed before" in w for w in e["warnings"])


def test_unknown_length_leaves_rates_and_szcore_not_assessable() -> None:
    e = told((marked("a", 10, hours=None), marked("a", 10, 50, hours=None)))
    assert e["figures"]["spasm"]["sensitivity"]["value"] == 1
    assert e["figures"]["spasm"]["false_per_hour"]["value"] is None
    assert "length" in e["figures"]["spasm"]["false_per_hour"]["why"]
    assert e["figures"]["events"]["sensitivity"]["value"] is None
    assert e["n"]["hours"] is None


def test_unlike_lengths_are_told_and_the_shorter_is_used() -> None:
    e = told((marked("a", 10, hours=2), marked("a", 10, 500, hours=1)))
    assert e["figures"]["spasm"]["false_per_hour"]["of"] == "1 in 1 h"
    assert any("1 of 1 recordings: are they of the same file" in w for w in e["warnings"])
    assert not any("same file" in w for w in told((marked("a", 10), marked("a", 10)))["warnings"])


def test_a_set_of_whole_seizures_judges_false_spasms_only_outside_them() -> None:
    seizures = Marked("a", "a", (Mark(1000, 100, SEIZURE),), HOUR, frozenset({SEIZURE}))
    spasm = score(seizures, marked("a", 1050, 2000), Protocol()).spasm
    assert spasm is not None
    assert (spasm.n_reference, spasm.n_matched, spasm.n_found, spasm.n_false) == (None, None, 2, 1)
    e = told((seizures, marked("a", 1050, 2000)))
    assert "seizures or clusters" in e["figures"]["spasm"]["sensitivity"]["why"]
    assert e["figures"]["events"]["sensitivity"]["value"] == 1


@pytest.mark.parametrize(
    "kinds, assessed, spasm, cluster",
    [
        ((), None, "all", "all"),
        ((SPASM,), None, "all", "all"),
        ((CLUSTER,), None, "false only", "all"),
        ((SEIZURE,), None, "false only", "false only"),
        ((SPASM, SEIZURE), None, "all", "all"),
        ((), frozenset(), "nothing", "nothing"),
        ((), frozenset({SEIZURE}), "false only", "false only"),
        ((), frozenset({SPASM, CLUSTER}), "all", "all"),
    ],
)
def test_what_labels_can_say(kinds: tuple[str, ...], assessed: frozenset[str] | None, spasm: str, cluster: str) -> None:
    m = Marked("a", "a", tuple(Mark(1, 1, k) for k in kinds), HOUR, assessed)
    assert (labels_of(m, SPASM), labels_of(m, CLUSTER)) == (spasm, cluster)


def test_a_set_that_marks_nothing_is_not_scored_at_all() -> None:
    unlabeled = Marked("a", "a", (), HOUR, frozenset())
    scores = score(unlabeled, marked("a", 50), Protocol())
    assert (scores.spasm, scores.cluster, scores.events, scores.samples) == (None, None, None, None)
    assert not scores.control
    assert told((unlabeled, marked("a", 50)))["figures"]["spasm"]["false_per_hour"]["value"] is None


def test_a_program_that_did_not_look_has_no_sensitivity_of_zero() -> None:
    silent = Marked("a", "a", (), HOUR, frozenset())
    e = told((marked("a", 10, 20, 30), silent))
    assert e["figures"]["spasm"]["sensitivity"]["value"] is None
    assert "did not look" in e["figures"]["spasm"]["sensitivity"]["why"]
    assert "did not look" in e["figures"]["events"]["sensitivity"]["why"]


def test_confidence_below_the_threshold_does_not_count() -> None:
    found = Marked("a", "a", (Mark(10, 1, SPASM, 0.9), Mark(50, 1, SPASM, 0.2)), HOUR)
    strict = Protocol(spasm=SpasmParameters(min_confidence=0.5))
    assert told((marked("a", 10), found), protocol=strict)["figures"]["spasm"]["precision"]["of"] == "1 of 1"
    assert told((marked("a", 10), found))["figures"]["spasm"]["precision"]["of"] == "1 of 2"


def test_near_misses_of_the_program_do_not_count_unless_asked_for() -> None:
    found = Marked("a", "a", (Mark(10, 1, SPASM, 0.9), Mark(50, 1, SPASM, 0.4, counted=False)), HOUR)
    everything = Protocol(spasm=SpasmParameters(counted_only=False))
    assert told((marked("a", 10), found))["figures"]["spasm"]["precision"]["of"] == "1 of 1"
    assert told((marked("a", 10), found), protocol=everything)["figures"]["spasm"]["precision"]["of"] == "1 of 2"


def test_false_spasms_are_told_by_what_they_lie_on_but_not_by_states_and_spikes() -> None:
    others = (Mark(0, HOUR, "sleep_nrem"), Mark(500, 0.1, "spike"), Mark(700, 0.1, "sleep_myoclonus"))
    truth = Marked("a", "a", (Mark(10, 1, SPASM), *others), HOUR)
    assert told((truth, marked("a", 10, 500, 700)))["false_spasms_on"] == {"nothing marked": 1, "sleep_myoclonus": 1}


def test_single_spasms_and_clusters_are_separate_levels() -> None:
    cluster = [100.0 + 10 * k for k in range(6)]
    e = told((marked("a", *cluster), marked("a", *cluster[:3])))
    assert e["figures"]["spasm"]["sensitivity"]["of"] == "3 of 6"
    assert e["figures"]["cluster"]["sensitivity"]["of"] == "1 of 1"
    assert e["figures"]["cluster"]["sensitivity_large"]["of"] == "1 of 1"
    assert e["figures"]["events"]["sensitivity"]["of"] == "1 of 1"


def test_targets_are_met_surely_only_with_the_whole_interval() -> None:
    targets = Targets(min_spasm_sensitivity=0.5, max_false_spasms_per_hour=0.0, min_large_cluster_sensitivity=1)
    times = [float(t) for t in range(100, 3000, 100)]
    pairs = [(marked(w, *times), marked(w, *times, 3500)) for w in "abcd"]
    rows = {t["name"]: t for t in told(*pairs, protocol=Protocol(targets=targets))["targets"]}
    assert (rows["min_spasm_sensitivity"]["met"], rows["min_spasm_sensitivity"]["whole_interval"]) == (True, True)
    assert rows["max_false_spasms_per_hour"]["met"] is False
    assert rows["min_large_cluster_sensitivity"]["met"] is None
    assert "max_count_ratio" not in rows


def test_a_target_met_without_any_interval_says_so() -> None:
    e = told((marked("a", 100, 200), marked("a", 100, 200)), protocol=Protocol(targets=Targets(min_count_ratio=0.9)))
    assert (e["targets"][0]["met"], e["targets"][0]["whole_interval"]) == (True, None)
    assert page.target_rows(e)[0]["verdict"] == "✓ met, no interval"


def test_grades_of_one_reader_and_of_many() -> None:
    def pair(name: str, readers: dict[str, float], mine: float | None) -> tuple[Marked, Marked]:
        found = marked(name) if mine is None else marked(name, ratings={"based": {"westward": mine}})
        return replace(marked(name), ratings={"based": readers}), found

    e = told(
        pair("a", {"A": 5, "B": 4}, 5),
        pair("b", {"A": 2, "B": 2}, 3),
        pair("c", {"A": 0, "B": 1}, 0),
        pair("d", {"A": 3}, None),
    )["agreement"]["based"]
    assert (e["n_recordings"], e["n_program"]) == (4, 3)
    first = e["with_program"][0]
    assert (first["rater"], first["n"], first["exact"]["of"], first["within_one"]["of"]) == ("A", 3, "2 of 3", "3 of 3")
    # Squares seen 1/3; expected over the nine pairs of 5 2 0 with 5 3 0: (0+4+25+9+1+4+25+9+0)/9.
    assert first["kappa_quadratic"] == pytest.approx(1 - (1 / 3) / (77 / 9))
    assert first["confusion"][2][3] == 1
    assert (e["readers"]["n_raters"], e["readers"]["n"], e["readers"]["n_complete"]) == (2, 3, 3)
    assert e["readers_and_program"]["n_raters"] == 3


def test_readers_without_the_program_are_not_counted_with_it() -> None:
    pairs = [(marked(w, ratings={"hypsarrhythmia": {"A": k, "B": k}}), marked(w)) for k, w in enumerate("ab")]
    h = told(*pairs)["agreement"]["hypsarrhythmia"]
    assert (h["n_program"], h["with_program"], h["readers_and_program"]) == (0, [], None)
    assert h["readers"]["fleiss_kappa"] == pytest.approx(1)


def test_agreement_on_when_something_happened_is_a_kappa_of_seconds() -> None:
    one = Marked("a", "a", (Mark(0, 50, SEIZURE),), 100)
    other = Marked("a", "a", (Mark(0, 40, SEIZURE),), 100)
    kappa = told((one, other))["figures"]["samples"]["kappa"]
    # 90 of 100 alike; by chance 0.5 x 0.4 + 0.5 x 0.6 = 0.5.
    assert kappa["value"] == pytest.approx((0.9 - 0.5) / 0.5)


def test_simulated_recordings_are_called_simulated() -> None:
    e = told((marked("a", 10, simulated=True), marked("a", 10)))
    assert e["n"]["simulated"] == "all"
    assert "evidence phase 0" in " ".join(e["warnings"])
    assert "badge-simulated" in page.render(e).split("</style>")[1]
    plain = told((marked("a", 10), marked("a", 10)))
    assert "badge-simulated" not in page.render(plain).split("</style>")[1]


def test_names_in_labels_cannot_write_into_the_page() -> None:
    e = told((marked("<script>x", 10, remarks=("<b>bold",)), marked("<script>x", 10)))
    html = page.render(e)
    assert "<script" not in html
    assert "<b>bold" not in html
