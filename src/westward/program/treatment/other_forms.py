"""Forms of diet, surgery, devices and what families use besides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from westward.evidence.safety import load
from westward.look.words import coded
from westward.program.people.forms import Day, Sheet, to_choose
from westward.program.treatment import choices as c
from westward.program.treatment.forms import ANSWERS


class _Dated(Sheet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("on", "start", "implanted_on", "from_on"):
            if name in self.fields:
                self.fields[name].initial = timezone.localdate()


def _day(label: str) -> forms.DateField:
    return forms.DateField(widget=Day(), label=label)


class DietForm(_Dated):
    """The site's own numbers and where they come from."""

    start = _day("First day")
    ratio = forms.DecimalField(label="Ratio: fat to 1 of protein and carbohydrate", max_digits=4, decimal_places=2)
    kcal = forms.IntegerField(min_value=1, label="Energy a day, kcal")
    protein_mg = forms.IntegerField(min_value=0, label="Protein a day, mg", help_text="12 g are 12000 mg")
    meals = forms.IntegerField(min_value=1, max_value=12, label="Meals a day")
    fluid_ml = forms.IntegerField(min_value=1, label="Fluid a day, mL")
    supplements = forms.CharField(label="Supplements", widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(max_length=300, label="Source of these numbers")
    rule = forms.ChoiceField(required=False, label="Contraindication set aside")
    why = forms.CharField(required=False, label="Written reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [
            (rule.id, f"{coded(rule.when)}: {rule.reason}")
            for rule in load().rules
            if rule.blocks and "diet" in rule.applies_to
        ]
        self.fields["rule"].choices = [("", "none"), *rules]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What the act is given."""
        data = dict(self.cleaned_data)
        rule, why = data.pop("rule"), data.pop("why")
        return {**data, "overrides": {rule: why} if rule else {}}


class DietValueForm(_Dated):
    """Something measured under the diet."""

    kind = forms.ChoiceField(choices=c.DietValueKind.choices, label="What")
    value = forms.CharField(max_length=40, label="Value")
    unit = forms.CharField(max_length=20, label="Unit")
    on = _day("Measured on")
    words = forms.CharField(required=False, max_length=200, label="Words")


class MealForm(Sheet):
    """Grams of each food of one meal; empty for none."""

    def __init__(self, *args: Any, foods: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.foods = foods
        for place, name in enumerate(foods):
            self.fields[f"food{place}"] = forms.DecimalField(
                required=False, min_value=0, max_digits=6, decimal_places=1, label=f"{name}, g"
            )

    def portions_mg(self) -> dict[str, int]:
        """Milligrams by food."""
        given = ((name, self.cleaned_data.get(f"food{place}")) for place, name in enumerate(self.foods))
        return {name: int(grams * 1000) for name, grams in given if grams}


class EndForm(_Dated):
    """A day and why."""

    on = _day("Ended on")
    words = forms.CharField(label="Why")


class OnForm(Sheet):
    """A day alone, as a button posts it."""

    on = forms.DateField(widget=forms.HiddenInput)


class SurgeryReferralForm(Sheet):
    """Why surgery is thought of."""

    reason = forms.ChoiceField(choices=to_choose(c.ReferralReason.choices), label="Reason")
    words = forms.CharField(required=False, max_length=300, label="Words")


class CandidacyForm(Sheet):
    """One answer with words an item."""

    def __init__(self, *args: Any, answers: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in c.Finding:
            answer, words = answers.get(item.value, ("unknown", ""))
            self.fields[item.value] = forms.ChoiceField(choices=ANSWERS, initial=answer, label=item.label)
            self.fields[f"{item.value}_words"] = forms.CharField(
                required=False, max_length=300, initial=words, label=f"{item.label}: where it is seen"
            )

    def answered(self) -> dict[str, tuple[str, str]]:
        """Answer and words by item, those that changed."""
        return {
            item.value: (self.cleaned_data[item.value], self.cleaned_data[f"{item.value}_words"])
            for item in c.Finding
            if {item.value, f"{item.value}_words"} & set(self.changed_data)
        }


class ConferenceForm(_Dated):
    """What the conference said."""

    on = _day("Conference on")
    present = forms.CharField(max_length=300, label="Present")
    note = forms.CharField(label="What was said", widget=forms.Textarea(attrs={"rows": 3}))
    plan = forms.CharField(max_length=300, label="What follows")


class OperationForm(_Dated):
    """An operation."""

    kind = forms.ChoiceField(choices=to_choose(c.OperationKind.choices), label="Operation")
    side = forms.ChoiceField(
        choices=to_choose([("left", "Left"), ("right", "Right"), ("both", "Both or midline")]), label="Side"
    )
    on = _day("Operated on")
    place = forms.CharField(required=False, max_length=120, label="Where in the brain")
    words = forms.CharField(required=False, max_length=300, label="Words")
    pathology = forms.CharField(required=False, max_length=300, label="Pathology")


class SurgeryOutcomeForm(_Dated):
    """How it is after the operation."""

    on = _day("Judged on")
    outcome = forms.ChoiceField(choices=to_choose(c.OutcomeClass.choices), label="Outcome class")
    words = forms.CharField(required=False, max_length=300, label="Words")


class StimulatorForm(_Dated):
    """A device."""

    kind = forms.ChoiceField(choices=c.StimulatorKind.choices, label="Device")
    model = forms.CharField(max_length=80, label="Model")
    implanted_on = _day("Implanted on")


class SettingForm(_Dated):
    """Settings from a day on."""

    on = _day("From")
    values = forms.CharField(max_length=300, label="Settings with units, as read from the programmer")
    source = forms.CharField(max_length=200, label="By which protocol or whose decision")
    response = forms.ChoiceField(choices=c.StimulatorResponse.choices, label="Spasms under the settings before")
    words = forms.CharField(required=False, max_length=300, label="Words")


class AlternativeForm(_Dated):
    """Something a family uses besides."""

    kind = forms.ChoiceField(choices=c.AlternativeKind.choices, label="Sort")
    what = forms.CharField(max_length=200, label="What, and how much")
    from_on = _day("Since")
    told_by = forms.CharField(max_length=100, label="Told by")
    words = forms.CharField(required=False, max_length=300, label="Words")
