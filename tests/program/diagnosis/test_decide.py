"""What is asked before the diagnosis, the decision, its revision, and the first treatment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import READ, RECORDED, a_child, a_study, by, person, reader
from tests.program.staff import signed_in

from westward.care.clocks import Milestone
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.diagnosis import journey, standing
from westward.program.diagnosis.actions.decide import Assess, Decide, RecordFirstTreatment, Revise
from westward.program.diagnosis.models import Assessment, Decision, Read, Study
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db

HISTORY = {"spasms": "yes", "plateau_or_regression": "yes"}
DECIDED = date(2025, 10, 6)


def doctor() -> Any:
    return reader(f"doc{User.objects.count()}")


def assess(child: Child, part: str = "history", **fields: Any) -> Assessment:
    fields = {"answers": HISTORY, "onset_earliest": date(2025, 9, 1), "onset_latest": date(2025, 9, 7), **fields}
    return Assess(**by(fields.pop("user", None) or doctor()), child=child, part=part, **fields).execute()


def signed(study: Study, **said: Any) -> Read:
    now = timezone.now()
    fields = {**READ, "event_recorded": "no", **said}
    return Read.objects.create(
        study=study, reader=reader(f"r{study.pk}"), version=1, kind="own", stored_at=now, signed_at=now, **fields
    )


def decide(child: Child, outcome: str = "confirmed", **fields: Any) -> Decision:
    return Decide(
        **by(fields.pop("user", None) or doctor()), child=child, outcome=outcome, on=DECIDED, **fields
    ).execute()


def ready() -> Child:
    child = a_child()
    signed(a_study(child))
    assess(child)
    return child


def test_the_criteria_are_fed_from_signed_read_history_and_onset() -> None:
    found = standing.of(ready())
    assert found.judgment is not None
    assert found.judgment.words == "met"
    assert (found.plain["findings"]["based_score"], found.onset_from) == (4, "history")


def test_an_unsigned_read_feeds_nothing_and_is_told() -> None:
    child = a_child()
    signed(a_study(child))
    Read.objects.update(signed_at=None)
    found = standing.of(child)
    assert (found.reads, found.unsigned) == ((), 1)
    page = signed_in(doctor()).get(f"/children/{child.pk}/diagnosis/").content.decode()
    assert "1 is stored and not signed" in page


def test_an_eeg_after_the_first_treatment_feeds_nothing() -> None:
    child = a_child()
    signed(a_study(child, recorded_on=RECORDED))
    signed(a_study(child, n=2, recorded_on=RECORDED + timedelta(days=14)), based=1, hypsarrhythmia="no")
    assert len(standing.of(child).reads) == 2
    RecordFirstTreatment(**by(doctor()), child=child, on=RECORDED + timedelta(days=1)).execute()
    assert [read.based for read in standing.of(child).reads] == [4]


def test_what_is_missing_is_named_exactly() -> None:
    child = a_child()
    found = standing.of(child)
    assert found.judgment is not None
    words = found.judgment.words
    for missing in ("age at the first spasm", "interictal EEG", "plateau or regression"):
        assert missing in words
    page = signed_in(doctor()).get(f"/children/{child.pk}/diagnosis/").content.decode()
    assert "? unknown" in page


def test_findings_of_two_sides_that_contradict_are_told_and_stop_the_decision() -> None:
    child = ready()
    Read.objects.update(event_recorded="no", event_eeg_normal="unknown", ictal_correlate="yes")
    assert "no event was recorded" in standing.of(child).contradiction
    with pytest.raises(InvalidActError, match="no event was recorded"):
        decide(child)


def test_a_decision_stores_the_judgment_whole() -> None:
    child = ready()
    decision = decide(child)
    assert decision.judgment["outcome"] == "met"
    assert decision.judgment["reads"] == [Read.objects.get().pk]
    assert decision.judgment["assessments"] == {"history": Assessment.objects.get().pk}
    Read.objects.update(based=0)
    decision.refresh_from_db()
    assert decision.judgment["findings"]["based_score"] == 4
    assert "met" not in Entry.objects.get(verb="diagnosis.decide").detail


def test_deciding_against_the_criteria_needs_words() -> None:
    child = a_child()
    with pytest.raises(InvalidActError, match="not what the criteria say"):
        decide(child)
    assert decide(child, "suspected").outcome == "suspected"
    other = ready_other()
    with pytest.raises(InvalidActError, match="not what the criteria say"):
        decide(other, "not")


def ready_other() -> Child:
    child = a_child(2)
    signed(a_study(child))
    assess(child)
    return child


def test_a_decision_is_revised_with_a_reason_and_both_stay() -> None:
    child = ready()
    first = decide(child)
    with pytest.raises(InvalidActError, match="revise it"):
        decide(child)
    fields = {"child": child, "outcome": "not", "on": DECIDED, "words": "benign myoclonus on video"}
    with pytest.raises(InvalidActError, match="reason"):
        Revise(**by(doctor()), **fields).execute()
    second = Revise(**by(doctor()), **fields, reason="second video").execute()
    assert (second.revises, standing.decision(child), Decision.objects.count()) == (first, second, 2)
    assert Milestone.DIAGNOSIS not in journey.facts([child.pk])[child.pk]


def test_nothing_is_revised_before_it_is_decided() -> None:
    with pytest.raises(InvalidActError, match="no decision"):
        Revise(**by(doctor()), child=ready(), outcome="confirmed", on=DECIDED, reason="because").execute()


@pytest.mark.parametrize("on, words", [(date(2025, 1, 1), "before the birth"), (None, "future")])
def test_a_day_that_cannot_be(on: date | None, words: str) -> None:
    day = on or timezone.localdate() + timedelta(days=2)
    with pytest.raises(InvalidActError, match=words):
        Decide(**by(doctor()), child=ready(), outcome="confirmed", on=day).execute()


@pytest.mark.parametrize("role", ["nurse", "coordinator", "technologist", "pharmacist"])
def test_only_a_physician_decides(role: str) -> None:
    with pytest.raises(NotAllowedError):
        decide(ready(), user=person("x", role))


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"answers": {"spasms": "perhaps"}}, "no answer"), ({"part": "mood"}, "no part"),
        ({"onset_latest": None}, "two days"), ({"onset_earliest": date(2025, 9, 9)}, "wrong way"),
        ({"onset_earliest": date(2024, 9, 9)}, "before the birth"),
        ({"part": "mimics", "answers": {}}, "belongs to the history"),
    ],
)  # fmt: skip
def test_a_senseless_answer(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        assess(a_child(), **fields)


def test_answers_are_kept_and_the_newest_is_in_force() -> None:
    child = a_child()
    for answer in ("yes", "no"):
        assess(
            child, "semiology", answers={"type": "flexor", "symmetric": answer}, onset_earliest=None, onset_latest=None
        )
    assert standing.assessments(child)["semiology"].answers["symmetric"] == "no"
    assert Assessment.objects.count() == 2


def test_the_page_shows_semiology_and_mimics() -> None:
    child = a_child()
    assess(child, "semiology", answers={"type": "mixed", "head_drop": "yes"}, onset_earliest=None, onset_latest=None)
    assess(child, "mimics", answers={"not_epileptic.reflux": "no"}, onset_earliest=None, onset_latest=None)
    page = signed_in(doctor()).get(f"/children/{child.pk}/diagnosis/").content.decode()
    assert "Mixed flexor and extensor" in page
    assert "head drop or nod" in page
    assert page.index("✓ excluded") < page.index("Sandifer") < page.index("not considered")


def test_the_first_treatment_is_corrected_with_a_reason() -> None:
    child, nurse = a_child(), person("n", "nurse")
    RecordFirstTreatment(**by(nurse), child=child, on=DECIDED, what="vigabatrin").execute()
    with pytest.raises(InvalidActError, match="reason"):
        RecordFirstTreatment(**by(nurse), child=child, on=RECORDED).execute()
    RecordFirstTreatment(**by(nurse), child=child, on=RECORDED, reason="given the evening before").execute()
    assert journey.facts([child.pk])[child.pk][Milestone.TREATMENT].earliest == RECORDED
    day = timezone.localdate() + timedelta(days=1)
    with pytest.raises(InvalidActError, match="future"):
        RecordFirstTreatment(**by(nurse), child=child, on=day, reason="tomorrow").execute()
