"""The acts of the search: allowed, refused, invalid, audited."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
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
from tests.program.letters.desk import a_child, a_mother, a_site, physician
from tests.program.staff import by, person

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk
from westward.program.etiology import queries
from westward.program.etiology.actions.classify import AnswerTreatable, AssignCause
from westward.program.etiology.actions.imaging import FindingRow, RecordImaging, WithdrawImaging
from westward.program.etiology.actions.open_workup import OpenWorkup
from westward.program.etiology.actions.order_test import CancelOrder, OrderTest
from westward.program.etiology.actions.phenotype import RecordFeature, WithdrawFeature
from westward.program.etiology.actions.result import AnalyteRow, RecordResult
from westward.program.etiology.actions.sample import RejectSample, ShipSample
from westward.program.etiology.models import (
    Classed,
    Counseling,
    Feature,
    Result,
    Sample,
    TestOrder,
    TreatableAnswer,
    Variant,
    Workup,
)

pytestmark = pytest.mark.django_db


def last(verb: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Entry.objects.filter(verb=verb).latest("seq").detail)
    return found


def test_a_coordinator_opens_the_search_and_a_pharmacist_does_not() -> None:
    child = a_child()
    asked = {"child": child, "diagnosed_on": days_ago(1), "order": "exome_first"}
    with pytest.raises(NotAllowedError):
        OpenWorkup(**by(person("ph", "pharmacist")), **asked).execute()
    OpenWorkup(**by(person("co", "coordinator")), **asked).execute()
    assert last("etiology.open") == {"order": "exome_first", "children": [child.pk]}
    assert walk().whole


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"diagnosed_on": today() + timedelta(days=1)}, "future"),
        ({"diagnosed_on": date(2026, 4, 30)}, "before the birth"),
        ({"order": "panel_first"}, "no order of tests"),
    ],
)
def test_a_search_that_makes_no_sense_is_not_opened(wrong: dict[str, Any], words: str) -> None:
    fields = {"diagnosed_on": days_ago(1), "order": "exome_first", **wrong}
    with pytest.raises(InvalidActError, match=words):
        OpenWorkup(**by(physician()), child=a_child(), **fields).execute()


def test_another_day_or_order_needs_a_reason_and_keeps_what_was_in_the_chain() -> None:
    child = in_search(diagnosed=days_ago(10))
    with pytest.raises(InvalidActError, match="already"):
        OpenWorkup(**by(physician()), child=child, diagnosed_on=days_ago(10), order="exome_first").execute()
    change = {"child": child, "diagnosed_on": days_ago(9), "order": "nisc_2015"}
    with pytest.raises(InvalidActError, match="reason"):
        OpenWorkup(**by(physician()), **change).execute()
    OpenWorkup(**by(physician()), **change, reason="no exome here").execute()
    assert Workup.objects.get().order == "nisc_2015"
    assert last("etiology.open")["was"] == {"day": days_ago(10).isoformat(), "order": "exome_first"}


def test_a_test_is_ordered_once_at_a_time() -> None:
    child = in_search()
    order = ordered(child)
    with pytest.raises(InvalidActError, match="waits for its result"):
        ordered(child)
    CancelOrder(**by(physician()), child=child, order=order, reason="wrong test").execute()
    ordered(child)
    assert TestOrder.objects.count() == 2


def test_an_order_needs_an_open_search_and_the_examination_none() -> None:
    with pytest.raises(InvalidActError, match="not open"):
        ordered(a_child())
    with pytest.raises(InvalidActError, match="record what was found"):
        ordered(in_search(), "examination")
    with pytest.raises(InvalidActError, match="no test of the work-up"):
        ordered(in_search(), "horoscope")


def test_a_test_with_a_result_is_ordered_again_with_a_reason() -> None:
    child = in_search()
    resulted(ordered(child, "metabolic"))
    with pytest.raises(InvalidActError, match="has a result already"):
        ordered(child, "metabolic")
    ordered(child, "metabolic", reason="lactate was hemolyzed")
    scanned(child)
    with pytest.raises(InvalidActError, match="has a result already"):
        ordered(child, "mri")


def test_an_order_with_a_result_is_not_canceled() -> None:
    order = ordered(in_search(), "metabolic")
    resulted(order)
    with pytest.raises(InvalidActError, match="has a result"):
        CancelOrder(**by(physician()), child=order.child, order=order, reason="x").execute()


def test_a_genetic_sample_waits_for_consent() -> None:
    order = ordered(in_search())
    with pytest.raises(InvalidActError, match="no talk about the exome is recorded"):
        sampled(order)
    consented(order.child)
    assert sampled(order).without_consent == ""


def test_a_physician_may_collect_without_consent_and_says_why() -> None:
    order = ordered(in_search())
    nurse = person("nu", "nurse")
    with pytest.raises(InvalidActError, match="only a physician"):
        sampled(order, user=nurse, without_consent="the child is dying")
    sample = sampled(order, without_consent="the child is dying")
    assert sample.without_consent == "the child is dying"
    detail = last("etiology.sample")
    assert detail["without_consent"] is True
    assert "dying" not in json.dumps(detail)


def test_a_reason_without_need_is_refused_so_that_it_stays_rare() -> None:
    order = ordered(in_search())
    consented(order.child)
    with pytest.raises(InvalidActError, match="leave the reason empty"):
        sampled(order, without_consent="just in case")


def test_consent_that_was_declined_or_given_later_blocks_the_sample() -> None:
    order = ordered(in_search())
    consented(order.child, consent="declined", secondary="")
    with pytest.raises(InvalidActError, match="declined"):
        sampled(order)
    consented(order.child, on=days_ago(3))
    with pytest.raises(InvalidActError, match="after the sample"):
        sampled(order, on=days_ago(5))
    sampled(order, on=days_ago(2))


def test_metabolic_samples_need_no_counseling_and_an_mri_no_sample() -> None:
    child = in_search()
    sampled(ordered(child, "metabolic"), material="csf")
    with pytest.raises(InvalidActError, match="needs no sample"):
        sampled(ordered(child, "mri"))


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"tests": ("mri",)}, "no genetic test"),
        ({"consent": "maybe"}, "no answer to consent"),
        ({"secondary": ""}, "secondary findings"),
        ({"consent": "declined"}, "without consent there is no answer"),
        ({"told_whom": " "}, "spoken with"),
        ({"interpreter": "cousin"}, "interpreter"),
        ({"on": today() + timedelta(days=1)}, "future"),
    ],
)
def test_a_talk_that_makes_no_sense_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidActError, match=words):
        consented(in_search(), **wrong)
    assert not Counseling.objects.exists()


def test_a_talk_names_its_tests() -> None:
    from westward.program.etiology.actions.counsel import RecordCounseling

    with pytest.raises(InvalidActError, match="name the genetic tests"):
        RecordCounseling(
            **by(physician()),
            child=in_search(),
            on=days_ago(1),
            tests=(),
            consent="given",
            secondary="opt_in",
            told_whom="mother",
            interpreter="not_needed",
        ).execute()


def test_where_an_interpreter_is_needed_and_none_took_part_the_talk_says_why() -> None:
    child = in_search(interpreter=True)
    with pytest.raises(InvalidActError, match="asks for an interpreter"):
        consented(child, interpreter="not_needed")
    consented(child, interpreter="not_available", note="called three services")
    consented(child, interpreter="used")
    other = in_search(name="Okafor")
    a_mother(other, interpreter=True)
    with pytest.raises(InvalidActError, match="asks for an interpreter"):
        consented(other)


def test_a_sample_is_shipped_once_after_it_was_collected() -> None:
    order = ordered(in_search(), "metabolic")
    sample = sampled(order, on=days_ago(5))
    with pytest.raises(InvalidActError, match="before it was collected"):
        shipped(sample, on=days_ago(6))
    with pytest.raises(InvalidActError, match="name the laboratory"):
        shipped(sample, lab=" ")
    shipped(sample, on=days_ago(4))
    with pytest.raises(InvalidActError, match="shipped already"):
        shipped(sample, on=days_ago(4))


def test_a_rejected_sample_is_not_shipped_and_another_is_collected() -> None:
    order = ordered(in_search(), "metabolic")
    sample = sampled(order)
    act = {"child": order.child, "order": order, "sample": sample, "rejected_on": days_ago(3)}
    RejectSample(**by(physician()), **act, reason="clotted").execute()
    with pytest.raises(InvalidActError, match="rejected this sample"):
        shipped(sample)
    with pytest.raises(InvalidActError, match="rejected already"):
        RejectSample(**by(physician()), **act, reason="clotted").execute()
    sampled(order, on=days_ago(2))


def test_a_sample_of_another_order_or_child_is_refused() -> None:
    child, other = in_search(), in_search(name="Okafor")
    mine, yours = ordered(child, "metabolic"), ordered(other, "metabolic")
    sample = sampled(yours)
    with pytest.raises(InvalidActError, match="another order"):
        ShipSample(**by(physician()), child=child, order=mine, sample=sample, shipped_on=days_ago(1), lab="L").execute()
    with pytest.raises(InvalidActError, match="another child"):
        RecordResult(**by(physician()), child=child, order=yours, finding="negative", reported_on=days_ago(1)).execute()
    assert Sample.objects.get().shipped_on is None


def test_permission_is_asked_for_the_child_of_the_order_whatever_child_is_named() -> None:
    mine, yours = in_search(site=a_site("north")), in_search(site=a_site("south"), name="Okafor")
    order = ordered(yours, "metabolic")
    local = person("lo", "physician", site=a_site("north"))
    with pytest.raises(NotAllowedError):
        RecordResult(**by(local), child=mine, order=order, finding="negative", reported_on=days_ago(1)).execute()


def test_a_genetic_result_keeps_the_variant_as_reported() -> None:
    order = ordered(in_search())
    consented(order.child)
    sampled(order)
    result = resulted(order, "cause", variants=(TSC2,), lab="Reference  Laboratory")
    variant = Variant.objects.get()
    assert (variant.gene, variant.hgvs, variant.classification) == (TSC2.gene, TSC2.hgvs, "pathogenic")
    assert result.lab == "Reference Laboratory"
    detail = last("etiology.result")
    assert (detail["finding"], detail["variants"]) == ("cause", 1)
    assert "TSC2" not in json.dumps(detail)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"finding": "cause"}, "needs the variant"),
        ({"finding": "maybe"}, "no finding"),
        ({"finding": "incidental", "variants": (TSC2,)}, "secondary variants only"),
        ({"variants": (replace(TSC2, hgvs=" "),)}, "needs its name"),
        ({"variants": (replace(TSC2, classification="bad"),)}, "no classification"),
        ({"variants": (replace(TSC2, classification="other"),)}, "own words"),
        ({"variants": (replace(TSC2, zygosity="x"),)}, "no zygosity"),
        ({"variants": (replace(TSC2, inheritance="x"),)}, "no inheritance"),
        ({"analytes": (AnalyteRow(name="lactate", flag="normal"),)}, "metabolic"),
        ({"on": days_ago(20)}, "before the order"),
        ({"on": today() + timedelta(days=1)}, "future"),
    ],
)
def test_a_result_that_makes_no_sense_is_refused(wrong: dict[str, Any], words: str) -> None:
    order = ordered(in_search())
    consented(order.child)
    with pytest.raises(InvalidActError, match=words):
        resulted(order, wrong.pop("finding", "uncertain"), **wrong)
    assert not Result.objects.exists()


def test_a_report_does_not_lie_before_its_sample() -> None:
    order = ordered(in_search(), "metabolic")
    sampled(order, on=days_ago(3))
    with pytest.raises(InvalidActError, match="before the sample"):
        resulted(order, on=days_ago(4))


def test_secondary_findings_nobody_asked_for_are_left_out_or_reasoned() -> None:
    order = ordered(in_search())
    consented(order.child, secondary="opt_out")
    brca = replace(TSC2, gene="BRCA1", secondary=True)
    with pytest.raises(InvalidActError, match="does not want to know"):
        resulted(order, "incidental", variants=(brca,))
    resulted(order, "incidental", variants=(brca,), secondary_reason="the mother changed her mind by phone")
    other = ordered(in_search(name="Okafor"))
    consented(other.child, secondary="opt_in")
    resulted(other, "incidental", variants=(brca,))


def test_an_amended_result_supersedes_the_old_one_and_needs_a_reason() -> None:
    order = ordered(in_search(), "metabolic")
    old = resulted(order, "negative")
    with pytest.raises(InvalidActError, match="amended result needs a reason"):
        resulted(order, "cause")
    new = resulted(order, "cause", amendment="repeat was abnormal")
    old.refresh_from_db()
    assert (old.superseded_by, new.superseded_by) == (new, None)
    assert last("etiology.result")["supersedes"] == old.pk


def test_the_table_holds_one_result_in_force() -> None:
    order = ordered(in_search(), "metabolic")
    resulted(order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(order=order, finding="cause", reported_on=today(), by=physician(), at=timezone.now())


def test_analytes_stand_once() -> None:
    order = ordered(in_search(), "metabolic")
    twice = (AnalyteRow(name="lactate", flag="normal"), AnalyteRow(name="lactate", flag="abnormal"))
    with pytest.raises(InvalidActError, match="stands once"):
        resulted(order, analytes=twice)
    with pytest.raises(InvalidActError, match="no answer of the laboratory"):
        resulted(order, analytes=(AnalyteRow(name="lactate", flag="high"),))


def test_the_family_is_told_a_result_that_is_there_and_not_before_it() -> None:
    order = ordered(in_search(), "metabolic")
    with pytest.raises(InvalidActError, match="no result to tell"):
        told_family(order)
    resulted(order, on=days_ago(2))
    with pytest.raises(InvalidActError, match="before the report"):
        told_family(order, on=days_ago(3))
    talk = told_family(order)
    assert (talk.told, talk.result) == ("mother and father", order.results.get())


def test_an_mri_closes_its_order_and_needs_findings_that_fit() -> None:
    child = in_search()
    order = ordered(child, "mri")
    scan = scanned(child, "cause")
    assert scan.order == order
    assert [(f.lesion, f.malformation, f.side, f.lobe) for f in scan.findings.all()] == [
        ("malformation", "fcd_2", "left", "frontal")
    ]
    with pytest.raises(InvalidActError, match="record the MRI under imaging"):
        resulted(order)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"outcome": "abnormal"}, "at least one finding"),
        ({"findings": (FindingRow(lesion="tuber"),)}, "normal examination has no findings"),
        ({"finding": "cause"}, "only an abnormal"),
        ({"outcome": "not_assessable"}, "call it uncertain"),
        ({"outcome": "abnormal", "findings": (FindingRow(lesion="malformation"),)}, "type of the malformation"),
        ({"outcome": "abnormal", "findings": (FindingRow(lesion="tuber", malformation="fcd_2"),)}, "belongs to"),
        ({"outcome": "abnormal", "findings": (FindingRow(lesion="other"),)}, "say in words"),
        ({"outcome": "abnormal", "findings": (FindingRow(lesion="tuber", side="up"),)}, "no side"),
        ({"kind": "xray"}, "no kind of imaging"),
        ({"reported_on": days_ago(9)}, "before the examination"),
        ({"on": date(2026, 4, 1)}, "before the birth"),
    ],
)
def test_imaging_that_makes_no_sense_is_refused(wrong: dict[str, Any], words: str) -> None:
    fields: dict[str, Any] = {
        "kind": "mri",
        "on": days_ago(8),
        "reported_on": days_ago(7),
        "outcome": "normal",
        "finding": "negative",
        **wrong,
    }
    with pytest.raises(InvalidActError, match=words):
        RecordImaging(**by(physician()), child=in_search(), **fields).execute()


@pytest.mark.parametrize("kind", ["pet", "spect", "fmri", "dti", "meg", "ct", "ultrasound"])
def test_every_kind_of_imaging_is_stored_with_the_age_at_the_examination(kind: str) -> None:
    scan = scanned(in_search(), kind=kind, on=date(2026, 5, 11), reported_on=date(2026, 5, 12))
    assert (scan.kind, scan.age_d, scan.order) == (kind, 10, None)


def test_imaging_in_the_wrong_chart_is_withdrawn_with_a_reason_and_once() -> None:
    child = in_search()
    scan = scanned(child)
    act = WithdrawImaging(**by(physician()), child=child, imaging=scan, reason="twin's scan")
    act.execute()
    with pytest.raises(InvalidActError, match="already"):
        act.execute()
    with pytest.raises(InvalidActError, match="another child"):
        WithdrawImaging(**by(physician()), child=in_search(name="O"), imaging=scan, reason="x").execute()


def test_a_feature_is_present_or_absent_and_changes_by_a_new_note() -> None:
    child = in_search()
    note = {"child": child, "term": "HP:0001252"}
    RecordFeature(**by(physician()), **note, present=True).execute()
    with pytest.raises(InvalidActError, match="present already"):
        RecordFeature(**by(physician()), **note, present=True).execute()
    RecordFeature(**by(physician()), **note, present=False).execute()
    states = [(one.present, one.withdrawn_at is None) for one in Feature.objects.order_by("pk")]
    assert states == [(True, False), (False, True)]
    assert Feature.objects.first().label == "Hypotonia"  # type: ignore[union-attr]
    assert "HP:" not in json.dumps(last("etiology.phenotype"))


def test_a_term_that_is_not_shipped_is_refused_and_a_note_is_taken_back_once() -> None:
    child = in_search()
    with pytest.raises(InvalidActError, match="not among"):
        RecordFeature(**by(physician()), child=child, term="HP:9999999", present=True).execute()
    feature = RecordFeature(**by(physician()), child=child, term="HP:0001252", present=True).execute()
    WithdrawFeature(**by(physician()), child=child, feature=feature).execute()
    with pytest.raises(InvalidActError, match="does not stand"):
        WithdrawFeature(**by(physician()), child=child, feature=feature).execute()


def test_a_class_of_cause_rests_on_evidence_of_this_child() -> None:
    child, other = in_search(), in_search(name="Okafor")
    mine, yours = scanned(child, "cause"), scanned(other, "cause")
    act = {"child": child, "cause": "structural_congenital", "reason": "dysplasia"}
    with pytest.raises(InvalidActError, match="needs the evidence"):
        AssignCause(**by(physician()), **act).execute()
    with pytest.raises(InvalidActError, match="no evidence in this chart"):
        AssignCause(**by(physician()), **act, evidence=[f"imaging:{yours.pk}"]).execute()
    classed = AssignCause(**by(physician()), **act, evidence=[f"imaging:{mine.pk}"]).execute()
    assert (classed.number, classed.evidence) == (1, [f"imaging:{mine.pk}"])
    assert last("etiology.classify")["cause"] == "structural_congenital"


def test_a_superseded_result_or_withdrawn_scan_is_no_evidence() -> None:
    child = in_search()
    order = ordered(child, "metabolic")
    old = resulted(order)
    resulted(order, amendment="repeat")
    scan = scanned(child)
    WithdrawImaging(**by(physician()), child=child, imaging=scan, reason="twin").execute()
    for key in (f"result:{old.pk}", f"imaging:{scan.pk}"):
        with pytest.raises(InvalidActError, match="no evidence"):
            AssignCause(**by(physician()), child=child, cause="metabolic", reason="x", evidence=[key]).execute()


def test_unknown_needs_the_whole_first_tier_or_a_reason() -> None:
    child = in_search()
    act = {"child": child, "cause": "unknown", "reason": "nothing found"}
    with pytest.raises(InvalidActError, match="no result of Examination, MRI, Metabolic tests"):
        AssignCause(**by(physician()), **act).execute()
    examined(child)
    scanned(child)
    with pytest.raises(InvalidActError, match="no result of Metabolic tests"):
        AssignCause(**by(physician()), **act).execute()
    resulted(ordered(child, "metabolic"))
    AssignCause(**by(physician()), **act).execute()
    other = in_search(name="Okafor")
    early = AssignCause(
        **by(physician()), **{**act, "child": other}, incomplete_reason="the family left the country"
    ).execute()
    assert "First tier incomplete: the family left" in early.reason
    assert last("etiology.classify")["incomplete"] is True


def test_classes_are_versions_and_nobody_overwrites_what_they_have_not_seen() -> None:
    child = in_search()
    scan = scanned(child, "cause")
    act = {"child": child, "evidence": [f"imaging:{scan.pk}"], "reason": "x"}
    first = AssignCause(**by(physician()), **act, cause="structural_congenital").execute()
    with pytest.raises(InvalidActError, match="read it again"):
        AssignCause(**by(physician()), **act, cause="genetic_structural").execute()
    AssignCause(**by(physician()), **act, cause="genetic_structural", seen=first.pk).execute()
    assert list(Classed.objects.order_by("number").values_list("cause", flat=True)) == [
        "structural_congenital",
        "genetic_structural",
    ]
    held = queries.cause(child)
    assert held is not None
    assert (held.cause, held.number) == ("genetic_structural", 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Classed.objects.filter(child=child).update(superseded_at=None)


def test_only_a_physician_classes_the_cause() -> None:
    child = in_search()
    scan = scanned(child, "cause")
    with pytest.raises(NotAllowedError):
        AssignCause(
            **by(person("gc", "genetic_counselor")),
            child=child,
            cause="genetic",
            reason="x",
            evidence=[f"imaging:{scan.pk}"],
        ).execute()


def test_a_treatable_cause_is_answered_with_a_reason() -> None:
    child = in_search()
    act = {"child": child, "cause": "biotinidase", "state": "excluded"}
    with pytest.raises(InvalidActError, match="needs a reason"):
        AnswerTreatable(**by(physician()), **act, why=" ").execute()
    with pytest.raises(InvalidActError, match="no treatable cause"):
        AnswerTreatable(**by(physician()), **{**act, "cause": "gluten"}, why="x").execute()
    with pytest.raises(InvalidActError, match="no state"):
        AnswerTreatable(**by(physician()), **{**act, "state": "gone"}, why="x").execute()
    AnswerTreatable(**by(physician()), **act, why="activity normal").execute()
    AnswerTreatable(**by(physician()), **{**act, "state": "open"}, why="sample mixed up").execute()
    assert TreatableAnswer.objects.count() == 2


def test_a_nurse_collects_and_orders_nothing() -> None:
    child = in_search()
    nurse = person("nu", "nurse")
    sampled(ordered(child, "metabolic"), user=nurse)
    with pytest.raises(NotAllowedError):
        OrderTest(**by(nurse), child=child, test="mri", ordered_on=days_ago(1)).execute()
