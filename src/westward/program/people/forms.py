"""Forms of people; what they accept the acts check again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from westward.program.accounts.models import Site
from westward.program.accounts.queries import open_sites
from westward.program.people.choices import (
    ChildState,
    ClinicianKind,
    ConsentAnswer,
    ConsentPurpose,
    Relation,
    Sex,
    TieRole,
)
from westward.program.people.languages import choices as languages
from westward.program.people.models import Caregiver, Child, Clinician

DAYS_A_WEEK = 7


class Sheet(forms.Form):
    """A form whose labels carry no colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def to_choose(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Choices of which none is taken before a person has taken one."""
    return [("", "Choose"), *choices]


class Day(forms.DateInput):
    """A day, picked from the browser's calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FindForm(Sheet):
    """One box for everything a chart is looked up by."""

    words = forms.CharField(
        required=False,
        max_length=100,
        label="Name, record number, pseudonym or birth date",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class FactsForm(Sheet):
    """The facts of a chart."""

    family_name = forms.CharField(max_length=100)
    given_name = forms.CharField(max_length=100, required=False, label="Given name, if there is one")
    birth_date = forms.DateField(widget=Day())
    sex = forms.ChoiceField(choices=Sex.choices, initial=Sex.UNKNOWN)
    record_number = forms.CharField(max_length=40, required=False, label="Hospital record number")
    weeks = forms.IntegerField(required=False, min_value=0, max_value=60, label="Gestation, weeks (if known)")
    days = forms.IntegerField(required=False, min_value=0, max_value=6, label="and days")
    multiple_birth = forms.BooleanField(required=False, label="Twin or other multiple birth")
    language = forms.ChoiceField(choices=languages, initial="en", label="Language of the family")
    interpreter = forms.BooleanField(required=False, label="Needs an interpreter")

    def clean(self) -> dict[str, Any]:
        """Weeks and days are one number of days; days alone are none."""
        data = super().clean() or {}
        weeks, days = data.pop("weeks", None), data.pop("days", None)
        if weeks is None and days:
            self.add_error("weeks", "Give the weeks, or leave both empty.")
        data["gestation_d"] = None if weeks is None else weeks * DAYS_A_WEEK + (days or 0)
        return data

    @classmethod
    def of(cls, child: Child) -> FactsForm:
        """Filled with what the chart says."""
        initial: dict[str, Any] = {name: getattr(child, name) for name in cls.base_fields if hasattr(child, name)}
        if child.gestation_d is not None:
            initial["weeks"], initial["days"] = divmod(child.gestation_d, DAYS_A_WEEK)
        form = cls(initial=initial)
        if child.language not in dict(languages()):
            form.fields["language"].choices = [(child.language, child.language), *languages()]  # type: ignore[attr-defined]
        return form


class NewChartForm(FactsForm):
    """A chart to open, at one of the sites of who opens it."""

    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label=None)
    field_order = ("family_name", "given_name", "birth_date", "sex", "record_number", "site")

    def __init__(self, *args: Any, within: frozenset[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = open_sites() if within is None else open_sites().filter(pk__in=within)
        field: Any = self.fields["site"]
        field.queryset = sites
        field.initial = sites.first()
        if within is None:
            field.empty_label = "No site: seen by roles for all sites"


class MergeForm(Sheet):
    """How one knows that it is one child, or that it is not."""

    why = forms.CharField(max_length=500, label="How you know")


class StateForm(Sheet):
    """Deceased, transferred, or back."""

    state = forms.ChoiceField()
    on = forms.DateField(widget=Day(), label="Since")
    note = forms.CharField(required=False, max_length=500, label="Where to, or why back")

    def __init__(self, *args: Any, child: Child, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settable = (ChildState.ACTIVE, ChildState.DECEASED, ChildState.TRANSFERRED)
        field: Any = self.fields["state"]
        field.choices = [(one.value, one.label) for one in settable if one != child.state]
        self.fields["on"].initial = timezone.localdate


class CaregiverForm(Sheet):
    """A parent or guardian."""

    name = forms.CharField(max_length=200)
    relation = forms.ChoiceField(choices=Relation.choices)
    phone = forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.EmailField(required=False, label="E-mail")
    language = forms.ChoiceField(choices=languages, initial="en")
    interpreter = forms.BooleanField(required=False, label="Needs an interpreter")
    decides = forms.BooleanField(required=False, initial=True, label="May consent for the child")


class RevokeForm(Sheet):
    """Why a caregiver loses access."""

    why = forms.CharField(max_length=200, label="Why")


class ConsentForm(Sheet):
    """One answer for one purpose."""

    purpose = forms.ChoiceField(choices=ConsentPurpose.choices)
    answer = forms.ChoiceField(choices=ConsentAnswer.choices)
    on = forms.DateField(widget=Day(), label="On")
    given_by = forms.ModelChoiceField(
        queryset=Caregiver.objects.none(), required=False, empty_label="Not known", label="Who answered"
    )
    note = forms.CharField(required=False, max_length=500, label="Note, such as where the paper is")

    def __init__(self, *args: Any, child: Child, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["given_by"]
        field.queryset = Caregiver.objects.filter(child=child, decides=True).order_by("revoked_at", "pk")
        field.label_from_instance = lambda one: f"{one.name} ({one.get_relation_display().lower()})"
        self.fields["on"].initial = timezone.localdate


class ClinicianForm(Sheet):
    """A doctor or practice outside the program."""

    name = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=ClinicianKind.choices)
    practice = forms.CharField(max_length=200, required=False)
    phone = forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    fax = forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.EmailField(required=False, label="E-mail")
    address = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class TieForm(Sheet):
    """Which clinician, and what they are to the child."""

    clinician = forms.ModelChoiceField(queryset=Clinician.objects.none(), empty_label="Choose")
    role = forms.ChoiceField(choices=TieRole.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["clinician"]
        field.queryset = Clinician.objects.order_by("name", "pk")
        field.label_from_instance = lambda one: f"{one.name}, {one.practice}" if one.practice else one.name


class NewTieForm(ClinicianForm):
    """A clinician who is not in the address book yet, and what they are to the child."""

    role = forms.ChoiceField(choices=TieRole.choices)


class GlassForm(Sheet):
    """Why a chart of another site must be opened now."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    page = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
