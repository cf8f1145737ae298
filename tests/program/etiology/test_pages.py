"""Pages of the search: the right role, the right child, forms, files, picker, list and shares."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.program.etiology.bench import (
    TSC2,
    consented,
    days_ago,
    examined,
    in_search,
    ordered,
    resulted,
    sampled,
    scanned,
    shipped,
    today,
    told_family,
)
from tests.program.letters.desk import a_child, a_doctor, a_mother, a_site, physician
from tests.program.staff import by, person, signed_in

from westward.program.audit.models import Entry
from westward.program.etiology import letter
from westward.program.etiology.actions.classify import AssignCause
from westward.program.etiology.models import (
    Classed,
    Counseling,
    Disclosure,
    Feature,
    Imaging,
    Report,
    Result,
    Sample,
    TestOrder,
    TreatableAnswer,
    Workup,
)
from westward.program.letters.blocks import gaps, unsaid
from westward.program.letters.models import Letter
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"x" * 200


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def doctor() -> Client:
    return signed_in(physician())


def page(child: Child) -> str:
    return reverse("child-cause", args=[child.pk])


def test_the_tab_is_read_by_clinical_roles_of_the_site_and_each_read_is_one_row() -> None:
    child = in_search(site=a_site("north"))
    assert signed_in(person("nu", "nurse", site=a_site("north"))).get(page(child)).status_code == 200
    assert signed_in(person("nu2", "nurse", site=a_site("south"))).get(page(child)).status_code == 403
    assert signed_in(person("re", "researcher")).get(page(child)).status_code == 403
    rows = Entry.objects.filter(verb="etiology.read").order_by("seq")
    assert [row.outcome for row in rows] == ["done", "refused", "refused"]


def test_a_search_from_its_opening_to_a_class_by_its_pages(doctor: Client) -> None:
    child = a_child()
    day = days_ago(5).isoformat()
    assert "not open yet" in said(doctor.get(page(child)))
    doctor.post(reverse("cause-open", args=[child.pk]), {"diagnosed_on": day, "order": "exome_first"})
    assert Workup.objects.get().diagnosed_on == days_ago(5)
    doctor.post(
        reverse("cause-examination", args=[child.pk]), {"on": day, "finding": "negative", "summary": "no skin signs"}
    )
    doctor.post(reverse("cause-order", args=[child.pk]), {"test": "exome", "ordered_on": day})
    order = TestOrder.objects.get(test="exome")
    view = reverse("test-order", args=[child.pk, order.pk])
    assert "No talk about the exome" in said(doctor.get(view))
    doctor.post(
        reverse("cause-counseling", args=[child.pk]),
        {
            "on": day,
            "tests": ["exome"],
            "consent": "given",
            "secondary": "opt_out",
            "told_whom": "mother",
            "interpreter": "not_needed",
        },
    )
    assert "consent given" in said(doctor.get(view))
    doctor.post(
        reverse("test-sample", args=[child.pk, order.pk]),
        {"person": "child", "material": "blood", "collected_at": f"{day}T10:00"},
    )
    sample = Sample.objects.get()
    doctor.post(
        reverse("sample-ship", args=[child.pk, sample.pk]), {"shipped_on": day, "lab": "Reference", "accession": "A"}
    )
    assert "report" in said(doctor.get(page(child)))
    answer = doctor.post(
        reverse("test-result", args=[child.pk, order.pk]),
        {
            "reported_on": today().isoformat(),
            "lab": "Reference",
            "finding": "cause",
            "file": SimpleUploadedFile("../../Rivera.pdf", PDF, content_type="text/html"),
            "variant-TOTAL_FORMS": "2",
            "variant-INITIAL_FORMS": "0",
            "variant-0-gene": "TSC2",
            "variant-0-hgvs": "NM_000548.5:c.5238_5255del",
            "variant-0-classification": "pathogenic",
            "variant-0-zygosity": "heterozygous",
            "variant-0-inheritance": "de_novo",
            "variant-1-zygosity": "not_reported",
            "variant-1-inheritance": "not_reported",
        },
    )
    assert answer.status_code == 302, said(answer)
    result = Result.objects.get(order=order)
    assert [v.gene for v in result.variants.all()] == ["TSC2"]
    shown = said(doctor.get(view))
    assert "NM_000548.5:c.5238_5255del" in shown
    assert "not told yet" in shown
    doctor.post(
        reverse("test-disclose", args=[child.pk, order.pk]),
        {"on": today().isoformat(), "told_whom": "mother", "interpreter": "not_needed"},
    )
    assert Disclosure.objects.count() == 1
    answer = doctor.post(
        reverse("cause-class", args=[child.pk]),
        {"seen": 0, "cause": "genetic", "words": "TSC2", "evidence": [f"result:{result.pk}"], "reason": "variant"},
    )
    assert answer.status_code == 302, said(answer)
    assert Classed.objects.get().cause == "genetic"
    assert "Genetic: TSC2" in said(doctor.get(page(child)))


def test_a_report_file_is_kept_under_a_random_name_and_served_to_readers_of_the_chart_alone(doctor: Client) -> None:
    child = in_search(site=a_site("north"))
    order = ordered(child, "metabolic")
    doctor.post(
        reverse("test-result", args=[child.pk, order.pk]),
        {
            "reported_on": today().isoformat(),
            "finding": "negative",
            "file": SimpleUploadedFile("<b>Rivera</b>.pdf", PDF),
        },
    )
    found = Report.objects.get()
    path = Path(settings.MEDIA_ROOT) / found.path
    assert path.read_bytes() == PDF
    assert path.parent.name == "etiology"
    assert "Rivera" not in found.path
    assert path.stat().st_mode & 0o777 == 0o600
    address = reverse("cause-report", args=[child.pk, found.pk])
    answer = doctor.get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == f'attachment; filename="report-{found.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Entry.objects.filter(verb="etiology.report", target=f"report:{found.pk}").exists()
    stranger = signed_in(person("nu", "nurse", site=a_site("south")))
    assert stranger.get(address).status_code == 403
    other = in_search(name="Okafor")
    assert doctor.get(reverse("cause-report", args=[other.pk, found.pk])).status_code == 404


def test_a_file_that_is_no_report_is_refused_and_nothing_is_kept(doctor: Client) -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    folder = Path(settings.MEDIA_ROOT) / "etiology"
    before = set(folder.glob("*")) if folder.exists() else set()
    answer = doctor.post(
        reverse("test-result", args=[child.pk, order.pk]),
        {
            "reported_on": today().isoformat(),
            "finding": "negative",
            "file": SimpleUploadedFile("report.pdf", b"<html><script>alert(1)</script></html>"),
        },
    )
    assert "is not a PDF or an image" in said(answer)
    answer = doctor.post(
        reverse("test-result", args=[child.pk, order.pk]),
        {
            "reported_on": days_ago(30).isoformat(),
            "finding": "negative",
            "file": SimpleUploadedFile("report.pdf", PDF),
        },
    )
    assert "before the order" in said(answer)
    assert (set(folder.glob("*")) if folder.exists() else set()) == before
    assert not Result.objects.exists()


def test_analytes_are_stored_as_the_report_has_them(doctor: Client) -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    address = reverse("test-result", args=[child.pk, order.pk])
    form = said(doctor.get(address))
    assert "biotinidase" in form
    place = re.search(r'for="id_analyte-flag(\d+)">biotinidase<', form)
    assert place is not None
    doctor.post(
        address,
        {
            "reported_on": today().isoformat(),
            "finding": "negative",
            f"analyte-flag{place[1]}": "normal",
            f"analyte-value{place[1]}": "7.9 nmol/min/mL",
        },
    )
    (analyte,) = Result.objects.get().analytes.all()
    assert (analyte.name, analyte.flag, analyte.value) == ("biotinidase", "normal", "7.9 nmol/min/mL")
    assert "7.9 nmol/min/mL" in said(doctor.get(page(child)))


def test_no_answer_is_chosen_before_somebody_gave_it(doctor: Client) -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    pages = (
        reverse("test-result", args=[child.pk, order.pk]),
        reverse("cause-examination", args=[child.pk]),
        reverse("imaging-new", args=[child.pk]),
        reverse("cause-counseling", args=[child.pk]),
    )
    for address in pages:
        shown = said(doctor.get(address))
        for name in ("finding", "outcome", "consent", "interpreter"):
            field = re.search(rf'<select name="{name}"[^>]*>(.*?)</select>', shown)
            if field:
                assert 'value="" selected' in field[1], (address, name)


def test_imaging_with_findings_and_file_by_its_page(doctor: Client) -> None:
    child = in_search()
    ordered(child, "mri")
    answer = doctor.post(
        reverse("imaging-new", args=[child.pk]),
        {
            "kind": "mri",
            "on": days_ago(2).isoformat(),
            "reported_on": days_ago(1).isoformat(),
            "outcome": "abnormal",
            "finding": "cause",
            "protocol": "3 T",
            "file": SimpleUploadedFile("r.pdf", PDF),
            "finding-TOTAL_FORMS": "2",
            "finding-INITIAL_FORMS": "0",
            "finding-0-lesion": "malformation",
            "finding-0-malformation": "fcd_2",
            "finding-0-side": "left",
            "finding-0-lobe": "frontal",
            "finding-1-side": "not_stated",
            "finding-1-lobe": "not_stated",
        },
    )
    assert answer.status_code == 302, said(answer)
    scan = Imaging.objects.get()
    assert (scan.order is not None, scan.findings.count(), scan.reports.count()) == (True, 1, 1)
    assert "Focal cortical dysplasia type II, left frontal" in said(doctor.get(page(child)))
    doctor.post(reverse("imaging-withdraw", args=[child.pk, scan.pk]), {"reason": "twin"})
    assert "withdrawn" in said(doctor.get(page(child)))


def test_the_picker_searches_by_post_notes_and_takes_back(doctor: Client) -> None:
    child = in_search()
    picker = reverse("phenotype", args=[child.pk])
    shown = said(doctor.post(picker, {"words": "poor eye"}))
    assert "Reduced eye contact" in shown
    assert "HP:0000817 1" in shown
    shown = said(doctor.post(reverse("phenotype-note", args=[child.pk]), {"note": "HP:0000817 0", "words": "poor eye"}))
    assert "Reduced eye contact: absent." in shown
    feature = Feature.objects.get()
    assert not feature.present
    doctor.post(reverse("phenotype-withdraw", args=[child.pk, feature.pk]))
    feature.refresh_from_db()
    assert feature.withdrawn_at is not None
    assert "No term begins like" in said(doctor.post(picker, {"words": "zzz"}))
    doctor.post(reverse("phenotype-note", args=[child.pk]), {"note": "HP:0000817 2"})
    assert Feature.objects.count() == 1


def test_every_page_of_the_picker_that_shows_the_chart_is_a_read_and_bare_terms_are_none(doctor: Client) -> None:
    child = in_search()
    doctor.get(reverse("phenotype", args=[child.pk]))
    doctor.post(reverse("phenotype", args=[child.pk]), {"words": "hypo"})
    rows = Entry.objects.filter(verb="etiology.phenotype", target=child.audit_id)
    assert rows.count() == 2
    terms = said(doctor.post(reverse("phenotype-terms", args=[child.pk]), {"words": "hypo"}))
    assert "Hypotonia" in terms
    assert child.family_name not in terms
    assert rows.count() == 2


def test_pieces_of_another_child_are_not_there(doctor: Client) -> None:
    child, other = in_search(), in_search(name="Okafor")
    order = ordered(other, "metabolic")
    sample = sampled(order)
    scan = scanned(other)
    assert doctor.get(reverse("test-order", args=[child.pk, order.pk])).status_code == 404
    assert doctor.get(reverse("test-result", args=[child.pk, order.pk])).status_code == 404
    posts = (
        ("test-cancel", order.pk),
        ("test-sample", order.pk),
        ("test-disclose", order.pk),
        ("sample-ship", sample.pk),
        ("sample-reject", sample.pk),
        ("imaging-withdraw", scan.pk),
        ("phenotype-withdraw", 1),
    )
    for name, key in posts:
        assert doctor.post(reverse(name, args=[child.pk, key]), {"reason": "x"}).status_code == 404, name


def test_acts_are_refused_at_the_door_to_roles_that_may_not() -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    technologist = signed_in(person("te", "technologist"))
    for name, args in (
        ("cause-open", [child.pk]),
        ("cause-order", [child.pk]),
        ("cause-class", [child.pk]),
        ("cause-treatable", [child.pk]),
        ("cause-counseling", [child.pk]),
        ("imaging-new", [child.pk]),
        ("phenotype", [child.pk]),
        ("test-sample", [child.pk, order.pk]),
        ("test-result", [child.pk, order.pk]),
    ):
        assert technologist.post(reverse(name, args=args), {}).status_code == 403, name
    shown = said(technologist.get(page(child)))
    for words in (
        "Class the cause",
        "Record counseling",
        "Record imaging",
        "Note features",
        "Order MRI",
        "Store answer",
    ):
        assert words not in shown, words


def test_a_treatable_cause_is_answered_on_the_tab(doctor: Client) -> None:
    child = in_search()
    address = reverse("cause-treatable", args=[child.pk])
    doctor.post(address, {"cause": "biotinidase", "state": "excluded", "why": "activity normal"})
    assert TreatableAnswer.objects.get().state == "excluded"
    shown = said(doctor.get(page(child)))
    assert "✓ excluded" in shown
    assert "activity normal" in shown


def test_words_are_never_markup(doctor: Client) -> None:
    child = in_search()
    consented(child, note="<script>alert(1)</script>", told_whom="<b>mother</b>")
    shown = said(doctor.get(page(child)))
    assert "<script>alert" not in shown
    assert "<b>mother" not in shown


def test_the_list_shows_what_waits_of_the_own_sites_longest_due_first_in_one_row() -> None:
    north = in_search(site=a_site("north"), diagnosed=days_ago(40))
    in_search(site=a_site("south"), name="Okafor")
    shown = said(signed_in(person("nu", "nurse", site=a_site("north"))).get(reverse("causes")))
    assert north.name in shown
    assert "Okafor" not in shown
    assert "overdue" in shown
    assert shown.index("Record the examination") < shown.index("Order MRI")
    assert Entry.objects.filter(verb="etiology.list").count() == 1
    assert signed_in(person("re", "researcher")).get(reverse("causes")).status_code == 403


def classed(cause: str, n: int, **more: Any) -> None:
    for i in range(n):
        child = in_search(name=f"{cause}{i}", **more)
        Classed.objects.create(
            child=child, number=1, cause=cause, evidence=[], reason="x", by=physician(), at=timezone.now()
        )


def test_shares_stand_beside_the_published_ones_with_interval_and_small_cells_are_hidden(doctor: Client) -> None:
    classed("genetic", 6)
    classed("unknown", 14)
    classed("metabolic", 2)
    in_search(name="Open")
    shown = said(doctor.get(reverse("cause-shares")))
    assert "22.4%" in shown
    assert "63.6%" in shown
    assert "14 of 22" in shown
    assert "6 of 22" not in shown, "the next smallest is hidden too, or 2 could be told from the total"
    assert "2 of 22" not in shown
    assert "Own children classed: 22. Still open: 1" in shown
    for cohort in ("NISC, US", "Peng, China", "UKISS, UK"):
        assert cohort in shown


def test_shares_of_a_program_of_few_children_are_not_shown_at_all(doctor: Client) -> None:
    classed("genetic", 4)
    shown = said(doctor.get(reverse("cause-shares")))
    assert "of 4" not in shown
    assert "fewer than 5, not shown" in shown


def test_shares_of_other_sites_are_not_counted() -> None:
    classed("unknown", 6, site=a_site("north"))
    classed("genetic", 7, site=a_site("south"))
    shown = said(signed_in(person("nu", "nurse", site=a_site("north"))).get(reverse("cause-shares")))
    assert "6 of 6" in shown


def test_the_letter_on_the_cause_says_what_is_known_and_gaps_what_is_not() -> None:
    child = in_search()
    doctor, mother = a_doctor(child), a_mother(child)
    early = letter.compose(child, doctor, "en")
    assert "is not finished" in early[0].text
    assert "what was found" in gaps(early)
    assert unsaid(early) == ()
    order = ordered(child)
    consented(child)
    shipped(sampled(order))
    result = resulted(order, "cause", variants=(TSC2,))
    told_family(order)
    AssignCause(
        **by(physician()),
        child=child,
        cause="genetic_structural",
        words="TSC2",
        reason="x",
        evidence=[f"result:{result.pk}"],
    ).execute()
    later = letter.compose(child, doctor, "en")
    assert later[0].text == "The cause of Luz Rivera's infantile spasms is genetic-structural: TSC2."
    assert later[1].sources == (f"result:{result.pk}",)
    assert TSC2.hgvs in later[1].text
    assert (
        letter.compose(child, mother, "en")[0].text == "We have found a cause of Luz Rivera's infantile spasms: TSC2."
    )


def test_the_letter_is_drafted_from_the_chart_by_its_button(doctor: Client) -> None:
    child = in_search()
    examined(child)
    pediatrician = a_doctor(child)
    doctor.post(
        reverse("letter-draft", args=[child.pk]), {"kind": "cause", "recipient": f"clinician:{pediatrician.pk}"}
    )
    blocks = Letter.objects.get().versions.get().blocks
    assert any("Examination: negative" in line for block in blocks for line in block["lines"])


def test_the_api_tells_the_search_and_leaves_a_row() -> None:
    child = in_search(site=a_site("north"))
    scanned(child, "cause")
    nurse = signed_in(person("nu", "nurse", site=a_site("north")))
    body = nurse.get(f"/api/children/{child.pk}/cause").json()
    assert body["order"] == "exome_first"
    assert {step["test"] for step in body["steps"]} >= {"mri", "metabolic", "exome"}
    assert body["imaging"][0]["findings"][0]["malformation"] == "fcd_2"
    assert body["cause"] is None
    assert Entry.objects.filter(verb="etiology.read").count() == 1
    assert nurse.get(f"/api/children/{in_search(name='O').pk}/cause").status_code == 403


def test_the_tab_costs_a_bounded_number_of_queries(doctor: Client, django_assert_max_num_queries: Any) -> None:
    child = in_search()
    examined(child)
    for test in ("metabolic", "exome", "microarray"):
        order = ordered(child, test)
        consented(child, "exome", "microarray")
        shipped(sampled(order))
        resulted(order)
    for kind in ("mri", "pet", "meg"):
        scanned(child, kind=kind)
    doctor.get(page(child))
    with django_assert_max_num_queries(46):
        assert doctor.get(page(child)).status_code == 200
    assert Counseling.objects.count() == 3
