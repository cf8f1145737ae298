"""Forms of etiology; what they accept the acts check again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from westward.evidence.loader import Sheet
from westward.program.etiology import choices as c
from westward.program.etiology.actions.counsel import GENETIC
from westward.program.etiology.actions.imaging import FindingRow
from westward.program.etiology.actions.result import AnalyteRow, VariantRow
from westward.program.etiology.queries import Evidence

EMPTY = ("", "–")
CHOOSE = ("", "Choose")
"""First of a list whose answer must not be there before somebody gave it."""
VARIANT_ROWS = FINDING_ROWS = 4


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _today() -> str:
    return timezone.localdate().isoformat()


class OpenForm(forms.Form):
    """From which day, in which order."""

    diagnosed_on = _day("Diagnosed on")
    order = forms.ChoiceField(choices=c.OrderKind.choices, label="Order of tests")


class ChangeForm(OpenForm):
    """Another day or order, and why."""

    reason = forms.CharField(max_length=400, label="Reason of the change")


class OrderForm(forms.Form):
    """Which test."""

    test = forms.ChoiceField(choices=[one for one in c.TestKind.choices if one[0] != "examination"], label="Test")
    ordered_on = _day("Ordered on", initial=_today)
    reason = forms.CharField(required=False, max_length=400, label="Reason, if it is done again")


class ExaminationForm(forms.Form):
    """What history and examination say."""

    on = _day("Examined on", initial=_today)
    finding = forms.ChoiceField(choices=[CHOOSE, *c.FindingKind.choices], label="What it says of the cause")
    summary = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        label="What was examined and found",
        help_text="History and family, skin under Wood's lamp, head size, eyes, dysmorphism.",
    )


class TalkForm(forms.Form):
    """Who was spoken with, and through whom."""

    on = _day("Spoken on", initial=_today)
    told_whom = forms.CharField(max_length=200, label="With whom")
    interpreter = forms.ChoiceField(choices=[CHOOSE, *c.InterpreterKind.choices], label="Interpreter")
    note = forms.CharField(required=False, max_length=2000, label="Note")


class CounselForm(TalkForm):
    """Tests that were explained and the answers."""

    tests = forms.MultipleChoiceField(
        choices=[one for one in c.TestKind.choices if one[0] in GENETIC],
        widget=forms.CheckboxSelectMultiple,
        label="Tests that were explained",
    )
    consent = forms.ChoiceField(choices=[CHOOSE, *c.ConsentKind.choices], label="Consent to these tests")
    secondary = forms.ChoiceField(
        choices=[EMPTY, *c.SecondaryKind.choices],
        required=False,
        label="Secondary findings",
        help_text="Findings without bearing on the spasms; asked when consent is given.",
    )
    field_order = ("on", "told_whom", "interpreter", "tests", "consent", "secondary", "note")


class SampleForm(forms.Form):
    """What was collected, when, from whom."""

    person = forms.ChoiceField(choices=c.Person.choices, label="From")
    material = forms.ChoiceField(choices=c.Material.choices, label="Material")
    collected_at = forms.DateTimeField(
        label="Collected", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    without_consent = forms.CharField(
        required=False, max_length=400, label="Reason to collect without recorded consent (physician)"
    )

    def __init__(self, *args: Any, consent_missing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collected_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        if not consent_missing:
            del self.fields["without_consent"]


class ShipForm(forms.Form):
    """Where it went."""

    shipped_on = _day("Shipped on", initial=_today)
    lab = forms.CharField(max_length=200, label="Laboratory")
    accession = forms.CharField(required=False, max_length=80, label="Accession number")


class RejectForm(forms.Form):
    """Why it cannot be used."""

    rejected_on = _day("Rejected on", initial=_today)
    reason = forms.CharField(max_length=400, label="Reason")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=400, label="Reason")


class ResultForm(forms.Form):
    """What the report says."""

    reported_on = _day("Reported on", initial=_today)
    lab = forms.CharField(required=False, max_length=200, label="Laboratory")
    finding = forms.ChoiceField(choices=[CHOOSE, *c.FindingKind.choices], label="What it says of the cause")
    summary = forms.CharField(
        required=False, max_length=4000, label="Summary", widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(
        required=False, label="Report file", help_text="PDF or image, at most 25 MB; kept as it came, with its hash."
    )
    amendment = forms.CharField(required=False, max_length=400, label="Why the earlier result is replaced")
    secondary_reason = forms.CharField(
        required=False, max_length=400, label="Reason to record secondary findings nobody asked for"
    )

    def __init__(self, *args: Any, amends: bool = False, genetic: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not amends:
            del self.fields["amendment"]
        if not genetic:
            del self.fields["secondary_reason"]


class VariantForm(forms.Form):
    """One variant as reported; an empty row is left out."""

    gene = forms.CharField(required=False, max_length=40, label="Gene")
    hgvs = forms.CharField(required=False, max_length=200, label="Variant (HGVS)")
    zygosity = forms.ChoiceField(required=False, choices=c.Zygosity.choices, initial="not_reported", label="Zygosity")
    inheritance = forms.ChoiceField(
        required=False, choices=c.Inheritance.choices, initial="not_reported", label="Inheritance"
    )
    classification = forms.ChoiceField(required=False, choices=[EMPTY, *c.Classification.choices], label="Class")
    reported_as = forms.CharField(required=False, max_length=200, label="In the laboratory's words")
    condition = forms.CharField(required=False, max_length=200, label="Condition")
    secondary = forms.BooleanField(required=False, label="Secondary finding")

    def row(self) -> VariantRow | None:
        """The row; None if nothing was written."""
        data = self.cleaned_data
        if not any(data.get(name) for name in ("gene", "hgvs", "classification", "reported_as", "condition")):
            return None
        return VariantRow(**{name: data[name] for name in VariantRow.__slots__})


class AnalytesForm(forms.Form):
    """One line an analyte of the work-up: a flag and a value, or nothing."""

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        value = sheet["metabolic.tests"].value
        self.names = tuple(map(str, value)) if isinstance(value, tuple) else ()
        for place, name in enumerate(self.names):
            self.fields[f"flag{place}"] = forms.ChoiceField(
                required=False, choices=[("", "Not in the report"), *c.AnalyteFlag.choices], label=name
            )
            self.fields[f"value{place}"] = forms.CharField(required=False, max_length=80, label=f"Value: {name}")

    def pairs(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, flag and value of each line."""
        for place, name in enumerate(self.names):
            yield name, self[f"flag{place}"], self[f"value{place}"]

    def rows(self) -> list[AnalyteRow]:
        """Lines that were filled in."""
        data = self.cleaned_data
        return [
            AnalyteRow(name=name, flag=data[f"flag{place}"], value=data[f"value{place}"].strip())
            for place, name in enumerate(self.names)
            if data[f"flag{place}"]
        ]


class ImagingForm(forms.Form):
    """An examination by imaging."""

    kind = forms.ChoiceField(choices=[CHOOSE, *c.ImagingKind.choices], label="Kind")
    on = _day("Done on", initial=_today)
    reported_on = _day("Reported on", initial=_today)
    protocol = forms.CharField(required=False, max_length=200, label="Protocol")
    outcome = forms.ChoiceField(choices=[CHOOSE, *c.ImagingOutcome.choices], label="Result")
    finding = forms.ChoiceField(choices=[CHOOSE, *c.FindingKind.choices], label="What it says of the cause")
    summary = forms.CharField(
        required=False, max_length=4000, label="Summary", widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(required=False, label="Report file", help_text="PDF or image, at most 25 MB.")


class FindingForm(forms.Form):
    """One thing that was seen; an empty row is left out."""

    lesion = forms.ChoiceField(required=False, choices=[EMPTY, *c.Lesion.choices], label="Seen")
    malformation = forms.ChoiceField(
        required=False, choices=[EMPTY, *c.Malformation.choices], label="Type of malformation"
    )
    side = forms.ChoiceField(required=False, choices=c.Side.choices, initial="not_stated", label="Side")
    lobe = forms.ChoiceField(required=False, choices=c.Lobe.choices, initial="not_stated", label="Where")
    words = forms.CharField(required=False, max_length=400, label="In words")

    def row(self) -> FindingRow | None:
        """The row; None if nothing was written."""
        data = self.cleaned_data
        if not data.get("lesion") and not data.get("words") and not data.get("malformation"):
            return None
        return FindingRow(**{name: data[name] for name in FindingRow.__slots__})


class SearchForm(forms.Form):
    """Words of a feature."""

    words = forms.CharField(
        required=False,
        max_length=100,
        label="Feature",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text="Label, synonym or HP number; each word may be cut short.",
    )


class FeatureForm(forms.Form):
    """A term, present (1) or absent (0), as the button that was pressed says it."""

    note = forms.RegexField(r"^HP:\d{7} [01]$", max_length=12)
    words = forms.CharField(required=False, max_length=100)


class ClassifyForm(forms.Form):
    """Class of the cause, what it is, what it rests on."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    cause = forms.ChoiceField(choices=c.CauseKind.choices, label="Class", widget=forms.RadioSelect)
    words = forms.CharField(required=False, max_length=200, label="The cause itself (gene, lesion, disease)")
    evidence = forms.MultipleChoiceField(
        required=False, choices=(), widget=forms.CheckboxSelectMultiple, label="Evidence it rests on"
    )
    reason = forms.CharField(max_length=400, label="Reasoning", widget=forms.Textarea(attrs={"rows": 3}))
    incomplete_reason = forms.CharField(
        required=False, max_length=400, label="If unknown without the whole first tier: why"
    )

    def __init__(self, *args: Any, evidence: Sequence[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from westward.look.words import day

        named = [(one.id, f"{one.words}, {day(one.on)}") for one in evidence]
        self.fields["evidence"].choices = named  # type: ignore[attr-defined]


class TreatableForm(forms.Form):
    """Where a treatable cause stands, and why."""

    cause = forms.CharField(max_length=40, widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=c.TreatableState.choices, label="State")
    why = forms.CharField(max_length=400, label="On what it rests")
