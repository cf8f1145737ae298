"""Pages of letters: the right role, the right child, print and PDF, what waits."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.program.letters.desk import WHOLE, a_child, a_doctor, a_draft, a_mother, a_site, physician, sent, signed
from tests.program.staff import person, signed_in

from westward.program.accounts.models import User
from westward.program.audit.models import Entry
from westward.program.letters import hooks, journey, pdf, queries
from westward.program.letters.blocks import Block, Shape, Slot
from westward.program.letters.choices import LetterKind
from westward.program.letters.letterhead import hours_in_words
from westward.program.letters.models import Dispatch, Letter
from westward.program.letters.sheet import signed_sheet
from westward.program.people.marks import Meaning
from westward.program.shell import hours

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_letter_is_read_by_clinical_roles_of_the_site_and_each_read_is_one_row() -> None:
    child = a_child(site=a_site("north"))
    letter = a_draft(child)
    address = reverse("letter", args=[child.pk, letter.pk])
    nurse = person("nu", "nurse", site=a_site("north"))
    assert signed_in(nurse).get(address).status_code == 200
    assert signed_in(person("nu2", "nurse", site=a_site("south"))).get(address).status_code == 403
    assert signed_in(person("re", "researcher")).get(address).status_code == 403
    rows = Entry.objects.filter(verb="letters.read").order_by("seq")
    assert [row.outcome for row in rows] == ["done", "refused", "refused"]
    assert {row.target for row in rows} == {f"child:{child.pk}"}


def test_a_letter_of_another_child_is_not_there() -> None:
    child, other = a_child(), a_child(name="Okafor")
    letter = signed(a_draft(other))
    dispatch = sent(letter)
    doctor = signed_in(physician())
    for name, key in (("letter", letter.pk), ("letter-edit", letter.pk), ("letter-pdf", letter.pk)):
        assert doctor.get(reverse(name, args=[child.pk, key])).status_code == 404
    for name, key in (
        ("letter-sign", letter.pk),
        ("letter-send", letter.pk),
        ("letter-correct", letter.pk),
        ("letter-withdraw", letter.pk),
        ("dispatch-confirm", dispatch.pk),
        ("dispatch-failed", dispatch.pk),
    ):
        assert doctor.post(reverse(name, args=[child.pk, key]), {"seen": 1, "reason": "x"}).status_code == 404


def test_a_letter_from_draft_to_receipt_by_its_pages() -> None:
    child = a_child()
    doctor = a_doctor(child)
    user = signed_in(physician())
    answer = user.post(
        reverse("letter-draft", args=[child.pk]), {"kind": "diagnosis", "recipient": f"clinician:{doctor.pk}"}
    )
    letter = Letter.objects.get()
    assert answer["Location"] == reverse("letter", args=[child.pk, letter.pk])
    page = said(user.get(answer["Location"]))
    assert "missing: what was found" in page
    assert "not signed, not to be sent" in page
    edit = reverse("letter-edit", args=[child.pk, letter.pk])
    assert said(user.get(edit)).count("<textarea") == 4
    texts = {"block0": "Opening.", "block1": "Spasms", "block2": "MRI", "block3": "Phone: 1"}
    user.post(edit, {"seen": 1, **texts})
    user.post(reverse("letter-sign", args=[child.pk, letter.pk]), {"seen": 2})
    letter.refresh_from_db()
    assert (letter.state, letter.signed_version) == ("signed", 2)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    later = (timezone.localtime() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    user.post(reverse("letter-send", args=[child.pk, letter.pk]), {"channel": "fax", "to": "1", "sent_at": now})
    dispatch = Dispatch.objects.get()
    user.post(reverse("dispatch-confirm", args=[child.pk, dispatch.pk]), {"confirmation": "report", "at": later})
    page = said(user.get(reverse("letter", args=[child.pk, letter.pk])))
    assert "✓ received" in page
    assert "✓ as signed" in page
    assert "not signed, not to be sent" not in page


def test_an_edit_of_an_old_version_is_told_in_the_form() -> None:
    child = a_child()
    letter = a_draft(child)
    user = signed_in(physician())
    texts = {f"block{i}": block.text for i, block in enumerate(WHOLE)}
    edit = reverse("letter-edit", args=[child.pk, letter.pk])
    assert user.post(edit, {"seen": 1, **texts, "block1": "a"}).status_code == 302
    answer = user.post(edit, {"seen": 1, **texts, "block1": "b"})
    assert answer.status_code == 200
    assert "edited since you opened it" in said(answer)


def test_buttons_stand_only_where_the_role_may() -> None:
    child = a_child()
    letter = a_draft(child)
    address = reverse("letter", args=[child.pk, letter.pk])
    assert "Sign letter" in said(signed_in(physician()).get(address))
    coordinator = said(signed_in(User.objects.get(username="co")).get(address))
    assert "Sign letter" not in coordinator
    assert "A physician signs" in coordinator
    pharmacist = said(signed_in(person("ph", "pharmacist")).get(address))
    assert "Withdraw draft" not in pharmacist


def test_a_signature_by_a_coordinator_is_refused_at_the_door() -> None:
    child = a_child()
    letter = a_draft(child)
    answer = signed_in(User.objects.get(username="co")).post(
        reverse("letter-sign", args=[child.pk, letter.pk]), {"seen": 1}
    )
    assert answer.status_code == 403
    assert Entry.objects.get(verb="letters.sign").outcome == "refused"


def test_words_in_a_letter_are_never_markup() -> None:
    child = a_child(name="<b>Rivera</b>")
    blocks = (Block(slot=Slot.FOUND, lines=("<script>alert(1)</script>",)), *WHOLE[2:])
    letter = a_draft(child, blocks=blocks)
    page = said(signed_in(physician()).get(reverse("letter", args=[child.pk, letter.pk])))
    assert "<script>alert" not in page
    assert "<b>Rivera" not in page


def test_what_was_tampered_with_is_flagged_not_sent_and_not_printed() -> None:
    child = a_child()
    letter = signed(a_draft(child))
    Letter.objects.filter(pk=letter.pk).update(sealed=letter.sealed.replace("video-EEG", "CT"))
    user = signed_in(physician())
    address = reverse("letter", args=[child.pk, letter.pk])
    assert "differs from what was signed" in said(user.get(address))
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    user.post(reverse("letter-send", args=[child.pk, letter.pk]), {"channel": "fax", "to": "1", "sent_at": now})
    assert not Dispatch.objects.exists()
    assert user.get(reverse("letter-pdf", args=[child.pk, letter.pk])).status_code == 302


@pytest.mark.skipif(find_spec("weasyprint") is None, reason="WeasyPrint is not installed")
@pytest.mark.parametrize("name", ["letter-pdf", "letter-pdf-us"])
def test_a_letter_as_pdf_is_handed_out_as_a_file(name: str) -> None:
    child = a_child(site=a_site())
    letter = signed(a_draft(child))
    answer = signed_in(physician()).get(reverse(name, args=[child.pk, letter.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="letter-{letter.pk}.pdf"'
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.skipif(find_spec("weasyprint") is None, reason="WeasyPrint is not installed")
@pytest.mark.parametrize("paper, size_mm", [("a4", (210.0, 297.0)), ("letter", (215.9, 279.4))])
def test_an_ordinary_letter_is_one_page_of_the_paper_asked_for(
    paper: str, size_mm: tuple[float, float], caplog: pytest.LogCaptureFixture
) -> None:
    letter = signed(a_draft(a_child(site=a_site())))
    pages = pdf.lay_out(signed_sheet(letter), paper=paper).pages
    assert len(pages) == 1
    assert (pages[0].width * 25.4 / 96, pages[0].height * 25.4 / 96) == pytest.approx(size_mm)
    assert not caplog.records, "the style sheet holds nothing that paper cannot do"


@pytest.mark.skipif(find_spec("weasyprint") is None, reason="WeasyPrint is not installed")
def test_a_long_table_begins_where_it_stands_and_leaves_no_page_half_empty() -> None:
    lines = tuple(f"Definition {k}, in words that go over the line: cannot be said yet" for k in range(30))
    blocks = (WHOLE[0], Block(slot=Slot.MORE, heading="Response", shape=Shape.TABLE, lines=lines), *WHOLE[1:])
    letter = signed(a_draft(a_child(site=a_site()), blocks=blocks))
    pages = pdf.lay_out(signed_sheet(letter), paper="a4").pages
    rows = [sum(box.element_tag == "dt" for box in page._page_box.descendants()) for page in pages]
    assert len(pages) == 2
    assert min(rows) >= 3, rows


def test_without_weasyprint_the_page_says_how_to_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    child = a_child()
    letter = signed(a_draft(child))
    user = signed_in(physician())
    assert "Print from the browser" in said(user.get(reverse("letter", args=[child.pk, letter.pk])))
    answer = user.get(reverse("letter-pdf", args=[child.pk, letter.pk]), follow=True)
    assert "print the page from the browser" in said(answer)


def test_a_corrected_letter_says_so_on_its_face() -> None:
    from tests.program.staff import by

    from westward.program.letters.actions.sign import Correct

    child = a_child()
    old = signed(a_draft(child))
    new = signed(Correct(**by(physician()), letter=old, reason="wrong side").execute())
    user = signed_in(physician())
    assert f"letter {new.pk} has taken its place" in said(user.get(reverse("letter", args=[child.pk, old.pk])))
    assert f"takes the place of our letter {old.pk}" in said(user.get(reverse("letter", args=[child.pk, new.pk])))


def test_the_list_shows_what_waits_of_the_own_sites_and_leaves_one_row() -> None:
    north, south = a_child(site=a_site("north")), a_child(site=a_site("south"), name="Okafor")
    a_draft(north)
    signed(a_draft(south))
    page = said(signed_in(person("nu", "nurse", site=a_site("north"))).get(reverse("letters")))
    assert "Rivera" in page
    assert "Okafor" not in page
    assert Entry.objects.filter(verb="letters.list").count() == 1
    assert signed_in(person("re", "researcher")).get(reverse("letters")).status_code == 403


def test_what_waits_moves_from_sign_to_send_to_confirm_and_away() -> None:
    child = a_child()
    letter = a_draft(child)

    def lengths() -> tuple[int, ...]:
        work = queries.waiting()
        return len(work.to_sign), len(work.to_send), len(work.to_confirm)

    assert lengths() == (1, 0, 0)
    signed(letter)
    letter.refresh_from_db()
    assert lengths() == (0, 1, 0)
    dispatch = sent(letter)
    assert lengths() == (0, 0, 1)
    Dispatch.objects.filter(pk=dispatch.pk).update(failed_at=timezone.now(), failure="busy")
    assert lengths() == (0, 1, 0)
    again = sent(letter)
    assert lengths() == (0, 0, 1)
    Dispatch.objects.filter(pk=again.pk).update(confirmed_at=timezone.now())
    assert lengths() == (0, 0, 0)


@pytest.mark.parametrize("state", ["deceased", "transferred", "merged"])
def test_a_silent_chart_waits_for_nothing(state: str) -> None:
    child = a_child()
    a_draft(child)
    child.state = state
    child.save()
    assert queries.waiting().all == ()
    assert journey.next_acts([child.pk], now=timezone.now()) == {}


def test_an_overdue_draft_says_so() -> None:
    child = a_child()
    letter = a_draft(child)
    Letter.objects.filter(pk=letter.pk).update(drafted_at=timezone.now() - timedelta(days=3))
    assert queries.waiting().to_sign[0].overdue
    assert "overdue" in said(signed_in(physician()).get(reverse("letters")))


def test_next_acts_name_no_person_and_lead_to_the_letter() -> None:
    child = a_child()
    letter = a_draft(child)
    (act,) = journey.next_acts([child.pk], now=timezone.now())[child.pk]
    assert (act.words, act.owner) == ("Sign letter: diagnosis", "Physician")
    assert act.address == reverse("letter", args=[child.pk, letter.pk])
    assert act.due is not None
    assert timezone.localtime(act.due).date() == timezone.localtime(letter.drafted_at).date() + timedelta(days=1)


def test_marks_show_signed_letters_and_whether_they_arrived() -> None:
    child = a_child()
    letter = a_draft(child)
    assert journey.marks(child, viewer=physician()) == []
    signed(letter)
    letter.refresh_from_db()
    assert journey.marks(child, viewer=physician())[0].words == "Letter: diagnosis (signed, not sent)"
    dispatch = sent(letter)
    Dispatch.objects.filter(pk=dispatch.pk).update(confirmed_at=timezone.now())
    mark = journey.marks(child, viewer=physician())[0]
    assert (mark.words, mark.meaning) == ("Letter: diagnosis (received)", Meaning.DONE)


def test_next_acts_of_many_children_cost_the_same_queries(django_assert_num_queries: Any) -> None:
    children = [a_child(name=f"C{i}") for i in range(5)]
    for child in children:
        sent(signed(a_draft(child)))
    with django_assert_num_queries(2):
        journey.next_acts([child.pk for child in children], now=timezone.now())


def test_an_app_above_composes_what_it_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_OFFERED", {})
    child = a_child()
    mother = a_mother(child, language="es")
    asked = []
    hooks.offer(LetterKind.DIAGNOSIS, lambda *args: asked.append(args) or WHOLE)  # type: ignore[func-returns-value]
    user = signed_in(physician())
    address = reverse("letter-draft", args=[child.pk])
    answer = user.post(address, {"kind": "diagnosis", "recipient": f"caregiver:{mother.pk}"}, follow=True)
    assert asked == [(child, mother, "es")]
    assert "reads another language" in said(answer)
    other = a_doctor(a_child(name="Okafor"))
    user.post(address, {"kind": "diagnosis", "recipient": f"clinician:{other.pk}"})
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    "value, words",
    [
        ("always", "day and night, every day"),
        ({"mon": "8:00-17:00", "tue": "8:00-17:00", "wed": "8:00-12:00"}, "Mon–Tue 8:00–17:00; Wed 8:00–12:00"),
        ({"mon": "8:00-17:00", "wed": "8:00-17:00"}, "Mon 8:00–17:00; Wed 8:00–17:00"),
        ({}, ""),
    ],
)
def test_hours_in_words(value: Any, words: str) -> None:
    assert hours_in_words(hours.read(value, where="x")) == words


def test_the_api_gives_letters_to_those_who_may_and_leaves_a_row_each() -> None:
    child, other = a_child(site=a_site("north")), a_child(name="Okafor")
    draft, letter = a_draft(child, kind="cause"), signed(a_draft(child))
    sent(letter)
    nurse = signed_in(person("nu", "nurse", site=a_site("north")))
    listed = nurse.get(f"/api/children/{child.pk}/letters").json()
    assert [(one["id"], one["state"], len(one["dispatches"])) for one in listed] == [
        (letter.pk, "signed", 1),
        (draft.pk, "draft", 0),
    ]
    whole = nurse.get(f"/api/children/{child.pk}/letters/{letter.pk}").json()
    assert (whole["intact"], whole["blocks"][0]["sources"]) == (True, ["referral:1"])
    assert nurse.get(f"/api/children/{child.pk}/letters/{draft.pk}").json()["intact"] is None
    assert nurse.get(f"/api/children/{other.pk}/letters").status_code == 403
    assert signed_in(physician()).get(f"/api/children/{other.pk}/letters/{letter.pk}").status_code == 404
    assert Entry.objects.filter(verb="letters.read").count() == 5
