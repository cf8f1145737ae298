"""Forms of treatment; what they check is shape, what makes sense is checked by the acts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst

from westward.care.sequence import joined
from westward.evidence.safety import load
from westward.look.words import coded
from westward.program.accounts.models import User
from westward.program.people.forms import Day, Sheet, to_choose
from westward.program.shell.values import sheet
from westward.program.treatment.choices import AccessStage, MeasuredKind, Outcome, StopReason
from westward.program.treatment.limits import measurable
from westward.program.treatment.queries import Shelved

ANSWERS = [("unknown", "Not known"), ("no", "No"), ("yes", "Yes")]


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=Day(), **options)


def _clearance() -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=1,
        max_value=300,
        label="With kidney disease: clearance in mL/min/1.73 m²",
        help_text="lowers vigabatrin by the table that this site entered under local values",
    )


class MeasureForm(Sheet):
    """A weight or a length, entered twice."""

    kind = forms.ChoiceField(choices=MeasuredKind.choices, label="What")
    value = forms.IntegerField(min_value=1, label="Value (weight in g, length in mm)")
    again = forms.IntegerField(min_value=1, label="Value again")
    on = _day(label="Measured on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class StartForm(Sheet):
    """Which protocol, from which day."""

    protocol = forms.ChoiceField(label="Protocol")
    start = _day(label="Day 1")
    off_protocol = forms.CharField(
        required=False,
        label="Reason, if this leaves the standard or follows another by no approved sequence",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    clearance = _clearance()
    weighed = forms.BooleanField(required=False, label="I have weighed every warning about this child")

    def __init__(self, *args: Any, shelf: Iterable[Shelved], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = joined(sheet("escalation"))  # taken as a switch from its first part, never ordered by itself
        chosen = [
            (one.protocol.id, f"{one.protocol.title} [{one.status}]") for one in shelf if one.protocol.id not in whole
        ]
        self.fields["protocol"].choices = chosen  # type: ignore[attr-defined]
        self.fields["start"].initial = timezone.localdate()


class SafetyForm(Sheet):
    """One question a fact."""

    def __init__(self, *args: Any, facts: dict[str, str], reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact, answer in facts.items():
            self.fields[fact] = forms.ChoiceField(
                choices=ANSWERS,
                initial=answer,
                label=capfirst(coded(fact)),
                help_text=reasons.get(fact, ""),
            )


class OverrideForm(Sheet):
    """A physician sets a blocking rule aside, with the reason."""

    rule = forms.ChoiceField(required=False, label="Rule set aside")
    why = forms.CharField(required=False, label="Written reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [(rule.id, f"{coded(rule.when)}: {rule.reason}") for rule in load().rules if rule.blocks]
        self.fields["rule"].choices = [("", "none"), *rules]  # type: ignore[attr-defined]


class BottleForm(Sheet):
    """As it stands on the label."""

    drug = forms.ChoiceField(label="Drug")
    product = forms.ChoiceField(label="Product on the label")
    strength = forms.CharField(max_length=40, label="Strength on the bottle", help_text="such as 80 U/mL or 15 mg/5 mL")
    strength_again = forms.CharField(
        max_length=40, required=False, label="The same once more, if it is not the usual strength of the product"
    )
    expires_on = _day(label="Expires on")

    def __init__(self, *args: Any, drugs: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one, coded(one)) for one in drugs]
        self.fields["drug"].choices = to_choose(named) if len(named) > 1 else named  # type: ignore[attr-defined]
        products = [
            (f.key.partition(".")[0], f.meaning) for f in sheet("products").facts.values() if f.key.endswith(".drug")
        ]
        self.fields["product"].choices = [("", "read it from the label"), *products]  # type: ignore[attr-defined]


class TeachForm(Sheet):
    """What was shown by whom."""

    what = forms.ChoiceField(choices=[("syringe", "Oral syringe"), ("injection", "Injection")], label="Taught")
    shown_by = forms.CharField(max_length=100, label="Shown back by")
    interpreter = forms.BooleanField(required=False, label="With an interpreter")


class MomentForm(Sheet):
    """When the first dose was given."""

    at = forms.DateTimeField(
        label="Given at", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = timezone.localtime()


class MissedForm(Sheet):
    """A dose that was not given, or not whole."""

    on = _day(label="Day")
    time_of_day = forms.ChoiceField(
        choices=[(one, one.capitalize()) for one in ("morning", "noon", "afternoon", "evening")], label="Time of day"
    )
    drug = forms.ChoiceField(label="Drug")
    part = forms.DecimalField(
        min_value=0, initial=0, label="What was given and kept down (mg or U)", help_text="0 if none of it"
    )
    why = forms.CharField(max_length=200, label="Why")

    def __init__(self, *args: Any, drugs: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drug"].choices = [(one, coded(one)) for one in drugs]  # type: ignore[attr-defined]
        self.fields["on"].initial = timezone.localdate()


class BranchForm(Sheet):
    """The next step of the protocol and its day."""

    branch = forms.ChoiceField(label="Next step")
    day = forms.IntegerField(min_value=1, label="From day")

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]


class WeanForm(Sheet):
    """The wean begins before its day."""

    kind = forms.ChoiceField(label="What is weaned")
    day = forms.IntegerField(min_value=2, label="From day of the calendar")
    why = forms.CharField(label="Why it begins early")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one, one.replace("_", " ")) for one in kinds]  # type: ignore[attr-defined]


class ProductForm(Sheet):
    """Another product of the same drug."""

    drug = forms.ChoiceField(label="Drug")
    product = forms.ChoiceField(label="New product")
    from_on = _day(label="From")
    why = forms.CharField(label="Why")

    def __init__(self, *args: Any, drugs: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drug"].choices = [(one, coded(one)) for one in drugs]  # type: ignore[attr-defined]
        facts = [f for f in sheet("products").facts.values() if f.key.endswith(".drug") and f.value in drugs]
        self.fields["product"].choices = [  # type: ignore[attr-defined]
            (f.key.partition(".")[0], f.meaning) for f in facts
        ]
        self.fields["from_on"].initial = timezone.localdate() + timedelta(days=1)


class AdjustForm(Sheet):
    """Days put in."""

    kind = forms.ChoiceField(
        choices=[("extend", "Repeat this day"), ("pause", "Pause before this day")], label="Days put in"
    )
    day = forms.IntegerField(min_value=1, label="Day of the calendar")
    days = forms.IntegerField(min_value=1, label="How many days")
    why = forms.CharField(label="Why")
    stress_cover = forms.CharField(required=False, label="Stress cover, if a hormone is paused after its first days")
    no_wean = forms.CharField(
        required=False, label="Why without a wean, if vigabatrin or another weaned drug is paused"
    )


class StopForm(Sheet):
    """The end."""

    last_dose_on = _day(label="Last dose on")
    reason = forms.ChoiceField(choices=to_choose(StopReason.choices), label="Reason")
    words = forms.CharField(required=False, label="In words")
    stress_cover = forms.CharField(required=False, label="Stress cover, if a hormone ends before its taper")
    no_wean = forms.CharField(
        required=False, label="Why it ends without its wean, if vigabatrin or another weaned drug is ended"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_dose_on"].initial = timezone.localdate()


class CheckForm(Sheet):
    """The answer to a check."""

    check_id = forms.CharField(widget=forms.HiddenInput)
    due_on = forms.DateField(widget=forms.HiddenInput)
    done_on = _day(label="Done on")
    result = forms.CharField(max_length=200, required=False, label="Result")
    outcome = forms.ChoiceField(choices=Outcome.choices, label="Outcome")
    act = forms.CharField(required=False, label="What was done, if beyond the limit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (words, unit) in measurable().items():
            self.fields[f"value_{name}"] = forms.DecimalField(required=False, label=f"{words.capitalize()} ({unit})")

    def clean(self) -> dict[str, Any]:
        """The measured values in one mapping, by name; what was left empty was not measured."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        there = [key for key in cleaned if key.startswith("value_")]
        values = {key.removeprefix("value_"): cleaned.pop(key) for key in there}
        return cleaned | {"values": {name: value for name, value in values.items() if value is not None}}


class ReasonForm(Sheet):
    """Why."""

    why = forms.CharField(label="Why")


class SignForm(Sheet):
    """A signature, with the day from which on the calendar is given where it can be chosen."""

    weighed = forms.BooleanField(required=False, label="I have weighed every warning about this child")
    from_on = _day(required=False, label="Given from")


class AgainForm(Sheet):
    """Nothing is asked."""


class AccessForm(Sheet):
    """A step on the way to the drug."""

    drug = forms.CharField(max_length=48, label="Drug")
    stage = forms.ChoiceField(choices=AccessStage.choices, label="Step")
    owner = forms.ModelChoiceField(queryset=User.objects.none(), empty_label="Choose", label="Owner of the next step")
    words = forms.CharField(required=False, max_length=300, label="Words")

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class DoneForm(Sheet):
    """A step of day 0 is done."""

    on = _day(label="Done on")
    words = forms.CharField(required=False, max_length=200, label="Words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class SwitchForm(OverrideForm):
    """The old protocol ends, a proposed one is ordered."""

    protocol = forms.CharField(widget=forms.HiddenInput)
    weighed = forms.BooleanField(required=False, label="I have weighed every warning about this child")
    last_dose_on = _day(label="Last dose of this treatment on")
    start = _day(label="Day 1 of the next")
    words = forms.CharField(label="What showed that it does not work")
    off_protocol = forms.CharField(required=False, label="Reason, where the step leaves its source")
    clearance = _clearance()
    stress_cover = forms.CharField(required=False, label="Stress cover, if a hormone ends and none follows at once")
    no_wean = forms.CharField(
        required=False, label="Why it ends without its wean, if vigabatrin or another weaned drug is ended"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_dose_on"].initial = self.fields["start"].initial = timezone.localdate()
