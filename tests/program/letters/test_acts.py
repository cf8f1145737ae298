"""Draft, edit, sign, correct, send, confirm: allowed, refused, invalid, audited."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.letters.desk import WHOLE, a_child, a_doctor, a_draft, a_mother, a_site, physician, sent, signed
from tests.program.staff import by, person

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.letters.actions.draft import Draft
from westward.program.letters.actions.edit import Edit, Withdraw
from westward.program.letters.actions.send import ConfirmReceived, RecordFailure, Send
from westward.program.letters.actions.sign import Correct, Sign
from westward.program.letters.blocks import Slot, from_data, gap
from westward.program.letters.models import Dispatch, Letter
from westward.program.letters.sheet import is_intact, signed_sheet

pytestmark = pytest.mark.django_db


def test_a_draft_has_one_version_and_an_audit_row_without_words() -> None:
    child = a_child()
    letter = a_draft(child)
    assert (letter.state, letter.latest, letter.versions.get().origin) == ("draft", 1, "drafted")
    row = Entry.objects.get(verb="letters.draft")
    detail = json.loads(row.detail)
    assert row.target == f"letter:{letter.pk}"
    assert detail == {"kind": "diagnosis", "to": f"clinician:{letter.clinician_id}", "children": [child.pk]}


def test_a_technologist_writes_no_letters() -> None:
    child = a_child()
    with pytest.raises(NotAllowedError):
        a_draft(child, person("te", "technologist"))
    assert not Letter.objects.exists()
    assert Entry.objects.get(verb="letters.draft").outcome == "refused"


def test_a_coordinator_of_another_site_writes_none_either() -> None:
    child = a_child(site=a_site("north"))
    with pytest.raises(NotAllowedError):
        a_draft(child, person("co2", "coordinator", site=a_site("south")))


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"kind": "greeting"}, "no kind of letter"),
        ({"blocks": ()}, "needs text"),
        ({"blocks": (replace(WHOLE[0], lines=()),)}, "needs text"),
        ({"language": ""}, "language"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        a_draft(a_child(), **wrong)


def test_a_letter_goes_to_somebody_of_this_very_child() -> None:
    child, other = a_child(), a_child(name="Okafor")
    with pytest.raises(InvalidActError, match="not a clinician of this child"):
        a_draft(child, recipient=a_doctor(other))
    with pytest.raises(InvalidActError, match="another child"):
        a_draft(child, recipient=a_mother(other))
    with pytest.raises(InvalidActError, match="no longer"):
        a_draft(child, recipient=a_mother(child, revoked_at=timezone.now()))
    former = a_doctor(child)
    child.clinicians.update(ended_at=timezone.now())
    with pytest.raises(InvalidActError, match="not a clinician"):
        a_draft(child, recipient=former)


def test_the_same_draft_does_not_wait_twice() -> None:
    child = a_child()
    doctor = a_doctor(child)
    a_draft(child, recipient=doctor)
    with pytest.raises(InvalidActError, match="waits already"):
        a_draft(child, recipient=doctor)
    a_draft(child, recipient=doctor, kind="referral_received")
    a_draft(child, recipient=a_mother(child))


def test_an_edit_keeps_the_version_before_and_marks_what_a_person_wrote() -> None:
    letter = a_draft(a_child())
    Edit(**by(physician()), letter=letter, seen=1, texts={1: "spasms on video"}).execute()
    letter.refresh_from_db()
    first, second = (from_data(version.blocks) for version in letter.versions.all())
    assert (letter.latest, first) == (2, WHOLE)
    assert (second[1].lines, second[1].edited, second[0].edited) == (("spasms on video",), True, False)
    assert json.loads(Entry.objects.get(verb="letters.edit").detail)["blocks"] == [1]


def test_nobody_edits_or_signs_what_was_changed_meanwhile() -> None:
    letter = a_draft(a_child())
    Edit(**by(physician()), letter=letter, seen=1, texts={1: "a"}).execute()
    with pytest.raises(InvalidActError, match="edited since"):
        Edit(**by(physician()), letter=letter, seen=1, texts={1: "b"}).execute()
    with pytest.raises(InvalidActError, match="edited since"):
        Sign(**by(physician()), letter=letter, seen=1).execute()
    with pytest.raises(InvalidActError, match="nothing was changed"):
        Edit(**by(physician()), letter=letter, seen=2, texts={1: "a"}).execute()
    with pytest.raises(InvalidActError, match="longer than"):
        Edit(**by(physician()), letter=letter, seen=2, texts={1: "a" * 8001}).execute()


def test_a_signature_seals_the_words_and_the_audit_chain_keeps_the_digest() -> None:
    child = a_child(site=a_site())
    letter = signed(a_draft(child))
    assert letter.sha256 == hashlib.sha256(letter.sealed.encode()).hexdigest()
    row = Entry.objects.get(verb="letters.sign")
    assert json.loads(row.detail)["sha256"] == letter.sha256
    assert "Rivera" not in row.detail
    assert walk().whole


def test_a_signed_letter_stays_as_it_was_whatever_changes_in_the_chart() -> None:
    child = a_child(site=a_site())
    letter = signed(a_draft(child))
    before = signed_sheet(letter)
    child.family_name = "Okafor"
    child.save()
    letter.clinician.name = "Dr. Chen"
    letter.clinician.save()
    letter = Letter.objects.get(pk=letter.pk)
    assert signed_sheet(letter) == before
    assert (before.child_name, before.recipient[0], before.signer) == ("Luz Rivera", "Dr. Lee", "Doc")
    assert before.signed_at == letter.signed_at


def test_a_signed_letter_is_neither_edited_nor_withdrawn_nor_signed_again() -> None:
    letter = signed(a_draft(a_child()))
    for act in (
        Edit(**by(physician()), letter=letter, seen=1, texts={1: "other"}),
        Withdraw(**by(physician()), letter=letter, reason="no"),
        Sign(**by(physician()), letter=letter, seen=1),
    ):
        with pytest.raises(InvalidActError, match="is signed; correct it"):
            act.execute()


def test_words_changed_behind_the_back_of_the_program_are_noticed() -> None:
    letter = signed(a_draft(a_child()))
    assert is_intact(letter)
    Letter.objects.filter(pk=letter.pk).update(sealed=letter.sealed.replace("video-EEG", "CT"))
    assert not is_intact(Letter.objects.get(pk=letter.pk))


def test_only_a_physician_signs() -> None:
    letter = a_draft(a_child())
    for role in ("coordinator", "nurse", "genetic_counselor", "technologist", "pharmacist"):
        with pytest.raises(NotAllowedError):
            Sign(**by(person(role, role)), letter=letter, seen=1).execute()
    letter.refresh_from_db()
    assert letter.state == "draft"


def test_a_gap_or_a_missing_part_is_not_signed() -> None:
    child = a_child()
    doctor = a_doctor(child)
    holed = (*WHOLE[:3], replace(WHOLE[3], lines=(f"Phone: {gap('phone number')}",)))
    with pytest.raises(InvalidActError, match="a gap: phone number"):
        signed(a_draft(child, blocks=holed, recipient=doctor))
    for slot, words in ((Slot.FOUND, "what was found"), (Slot.NEXT, "what is next"), (Slot.CALL, "whom to call")):
        blocks = tuple(block for block in WHOLE if block.slot is not slot)
        with pytest.raises(InvalidActError, match=words):
            signed(a_draft(child, blocks=blocks, recipient=a_doctor(child)))


def test_a_correction_names_the_old_letter_and_takes_its_place_when_signed() -> None:
    old = signed(a_draft(a_child()))
    new = Correct(**by(physician()), letter=old, reason="wrong side").execute()
    old.refresh_from_db()
    assert old.superseded_by_id is None, "a draft takes no place"
    signed(new)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.superseded_by_id, old.state) == (new.pk, "signed")
    assert f"takes the place of our letter {old.pk}" in signed_sheet(new).corrects
    assert "wrong side" in signed_sheet(new).corrects
    assert is_intact(old), "the seal of the old letter holds"
    with pytest.raises(InvalidActError, match="corrected already"):
        Correct(**by(physician()), letter=old, reason="again").execute()
    with pytest.raises(InvalidActError, match="newer one"):
        sent(old)


def test_a_correction_needs_a_reason_and_waits_once() -> None:
    old = signed(a_draft(a_child()))
    with pytest.raises(InvalidActError, match="needs a reason"):
        Correct(**by(physician()), letter=old, reason="  ").execute()
    with pytest.raises(InvalidActError, match="draft; draft a new letter"):
        Correct(**by(physician()), letter=a_draft(a_child()), reason="x").execute()
    Correct(**by(physician()), letter=old, reason="wrong side").execute()
    with pytest.raises(InvalidActError, match="waits already"):
        Correct(**by(physician()), letter=old, reason="wrong day").execute()


def test_a_withdrawn_draft_stays_with_its_reason() -> None:
    letter = a_draft(a_child())
    Withdraw(**by(physician()), letter=letter, reason="the family asked for a call instead").execute()
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("withdrawn", "the family asked for a call instead")
    with pytest.raises(InvalidActError, match="withdrawn"):
        signed(letter)


def test_nothing_unsigned_leaves() -> None:
    letter = a_draft(a_child())
    with pytest.raises(InvalidActError, match="is draft"):
        sent(letter)
    signed(letter)
    letter.refresh_from_db()
    with pytest.raises(InvalidActError, match="not signed yet at that time"):
        sent(letter, sent_at=timezone.now() - timedelta(hours=1))
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"channel": "pigeon"}, "no channel"),
        ({"to": " "}, "number or the address"),
        ({"channel": "mail", "to": ""}, "number or the address"),
        ({"sent_at": timezone.now() + timedelta(days=1)}, "future"),
    ],
)
def test_a_dispatch_that_makes_no_sense_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        sent(signed(a_draft(a_child())), **wrong)


def test_a_letter_handed_over_needs_no_address_and_the_log_no_number_in_the_chain() -> None:
    letter = signed(a_draft(a_child()))
    sent(letter, channel="handed_over", to="")
    sent(letter)
    assert "0111" not in "".join(Entry.objects.filter(verb="letters.send").values_list("detail", flat=True))


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_a_silent_chart_sends_nothing_without_a_reason(state: str) -> None:
    child = a_child()
    letter = signed(a_draft(child))
    child.state, child.state_on = state, date(2026, 5, 2)
    child.save()
    letter = Letter.objects.get(pk=letter.pk)
    with pytest.raises(InvalidActError, match="silent"):
        sent(letter)
    assert sent(letter, silent_reason="the pediatrician asked").silent_reason == "the pediatrician asked"
    assert json.loads(Entry.objects.filter(verb="letters.send").latest("seq").detail)["silent"] is True


def test_a_receipt_ends_a_dispatch_once() -> None:
    dispatch = sent(signed(a_draft(a_child())))
    act = ConfirmReceived(**by(physician()), letter=dispatch.letter, dispatch=dispatch, confirmation="fax report OK")
    act.execute()
    dispatch.refresh_from_db()
    assert (dispatch.confirmation, dispatch.confirmed_by) == ("fax report OK", physician())
    with pytest.raises(InvalidActError, match="confirmed already"):
        act.execute()
    with pytest.raises(InvalidActError, match="confirmed already"):
        RecordFailure(**by(physician()), letter=dispatch.letter, dispatch=dispatch, reason="no").execute()


def test_a_failed_dispatch_keeps_its_reason_and_is_not_confirmed() -> None:
    dispatch = sent(signed(a_draft(a_child())))
    RecordFailure(**by(physician()), letter=dispatch.letter, dispatch=dispatch, reason="busy").execute()
    with pytest.raises(InvalidActError, match="log a new one"):
        ConfirmReceived(
            **by(physician()), letter=dispatch.letter, dispatch=dispatch, confirmation="they called"
        ).execute()


def test_a_receipt_comes_after_the_dispatch_and_not_in_the_future() -> None:
    dispatch = sent(signed(a_draft(a_child())))
    for at, words in (
        (dispatch.sent_at - timedelta(hours=1), "before"),
        (timezone.now() + timedelta(days=1), "future"),
    ):
        with pytest.raises(InvalidActError, match=words):
            ConfirmReceived(
                **by(physician()), letter=dispatch.letter, dispatch=dispatch, confirmation="x", at=at
            ).execute()


def test_a_dispatch_of_another_letter_is_not_confirmed_through_this_one() -> None:
    child = a_child()
    one, other = signed(a_draft(child)), signed(a_draft(child, kind="cause"))
    dispatch = sent(other)
    with pytest.raises(Dispatch.DoesNotExist):
        ConfirmReceived(**by(physician()), letter=one, dispatch=dispatch, confirmation="x").execute()


def test_the_table_refuses_half_a_signature() -> None:
    letter = a_draft(a_child())
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state="signed")


def test_a_pharmacist_logs_no_dispatch() -> None:
    letter = signed(a_draft(a_child()))
    with pytest.raises(NotAllowedError):
        Send(**by(person("ph", "pharmacist")), letter=letter, channel="fax", to="1").execute()
    with pytest.raises(NotAllowedError):
        Draft(
            **by(person("re", "researcher")), child=letter.child, kind="cause", recipient=letter.clinician, blocks=WHOLE
        ).execute()
