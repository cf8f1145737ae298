"""The board follows the acts of every app, from the referral to the first treatment, and tells nothing too early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import LEAKS, READ, a_result, a_study
from tests.program.referral.scene import referral
from tests.program.staff import by, person, signed_in

from westward.program.accounts.models import User
from westward.program.diagnosis.actions.decide import Decide, RecordFirstTreatment, Revise
from westward.program.diagnosis.actions.order import MarkDone, OrderEeg
from westward.program.diagnosis.actions.read import SignRead, StoreRead
from westward.program.diagnosis.models import Decision, Study
from westward.program.journey import projection
from westward.program.journey.choices import Stage
from westward.program.journey.models import Standing
from westward.program.people.models import Child
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.assign import AssignChild
from westward.program.referral.actions.contact import LogContact

pytestmark = pytest.mark.django_db


def row(child: Child) -> Standing:
    """The row as it stands, after a check that a rebuild would say the same."""
    found = Standing.objects.get(child=child)
    kept = {key: value for key, value in vars(found).items() if not key.startswith("_")}
    projection.rebuild()
    again = vars(Standing.objects.get(child=child))
    assert kept == {key: again[key] for key in kept}
    return found


@pytest.fixture
def team() -> dict[str, User]:
    return {name: person(name, role) for name, role in (("mara", "coordinator"), ("okafor", "physician"))}


@pytest.fixture
def child(team: dict[str, User]) -> Child:
    return Accept(**by(team["mara"]), referral=referral(ago_h=1)).execute()


def test_the_whole_way(child: Child, team: dict[str, User]) -> None:
    mara, okafor = by(team["mara"]), by(team["okafor"])
    told = row(child)
    assert told.stage == Stage.REFERRED
    assert told.clock == "referral_to_contact"
    assert told.act.startswith("Call the family")

    LogContact(**mara, referral=child.referrals.get(), at=timezone.now(), reached=True, with_whom="parent").execute()
    AssignChild(**mara, child=child, to=team["mara"]).execute()
    told = row(child)
    assert told.stage == Stage.EEG
    assert told.clock.endswith("_to_eeg")
    assert told.clock_due is not None
    assert told.act in ("Book an EEG slot", "Order EEG")

    order = OrderEeg(**okafor, child=child, reason="spasms", urgency="today").execute()
    assert "EEG" in row(child).act
    today = timezone.localdate()
    MarkDone(**by(person("tech", "technologist")), child=child, order=order, on=today).execute()
    assert row(child).stage == Stage.DIAGNOSIS

    study = a_study(child, recorded_on=today, order=order)
    a_result(study)
    read = StoreRead(**okafor, child=child, study=study, said=READ).execute()
    SignRead(**okafor, child=child, study=study).execute()
    told = row(child)
    assert "BASED 4 (signed)" in told.line
    assert read.based == 4

    Decide(**okafor, child=child, outcome="confirmed", on=today, words="seen on video").execute()
    told = row(child)
    assert told.stage == Stage.TREATMENT
    assert told.clock in ("eeg_to_treatment", "diagnosis_to_treatment")
    assert told.clock_due == today

    RecordFirstTreatment(**okafor, child=child, on=today, what="simulated").execute()
    told = row(child)
    assert (told.stage, told.clock) == (Stage.FOLLOW_UP, "")
    page = signed_in(team["mara"]).get(f"/children/{child.pk}/").content.decode()
    for words in ("Referred, triage", "First contact", "BASED 4 (signed)", "Infantile spasms confirmed"):
        assert words in page


def test_nothing_of_the_engine_is_told_before_the_reader_has_stored_a_read(child: Child, team: dict[str, User]) -> None:
    study: Study = a_study(child, recorded_on=timezone.localdate())
    a_result(study)
    projection.rebuild()
    told = Standing.objects.get(child=child)
    assert not LEAKS.search(" ".join(str(value) for value in vars(told).values()))
    client = signed_in(team["okafor"])
    addresses = ("/board/", f"/children/{child.pk}/", "/api/board", f"/api/children/{child.pk}/timeline")
    for address in addresses:
        assert not LEAKS.search(client.get(address).content.decode()), address
    StoreRead(**by(team["okafor"]), child=child, study=study, said=READ).execute()
    for address in addresses:
        assert not LEAKS.search(client.get(address).content.decode()), address


def test_a_child_without_spasms_waits_for_no_treatment(child: Child, team: dict[str, User]) -> None:
    okafor: dict[str, Any] = by(team["okafor"])
    today = timezone.localdate()
    study = a_study(child, recorded_on=today - timedelta(days=5))
    StoreRead(**okafor, child=child, study=study, said={**READ, "based": 0, "hypsarrhythmia": "no"}).execute()
    SignRead(**okafor, child=child, study=study).execute()
    assert row(child).clock == "eeg_to_treatment"
    Decide(**okafor, child=child, outcome="not", on=today, words="benign sleep myoclonus").execute()
    told = row(child)
    assert (told.ruled_out, told.clock) == (True, "")
    Revise(**okafor, child=child, outcome="suspected", on=today, words="new events", reason="new events").execute()
    assert not row(child).ruled_out
    assert Decision.objects.count() == 2


def test_what_is_mine_is_what_i_own(child: Child, team: dict[str, User]) -> None:
    mara = team["mara"]
    LogContact(
        **by(mara), referral=child.referrals.get(), at=timezone.now(), reached=True, with_whom="parent"
    ).execute()
    AssignChild(**by(mara), child=child, to=mara).execute()
    OrderEeg(**by(team["okafor"]), child=child, reason="spasms", owner=mara).execute()
    assert [one.key for one in signed_in(mara).get("/board/?owner=me").context["rows"]] == [child.pk]
    assert signed_in(team["okafor"]).get("/board/?owner=me").context["rows"] == []
