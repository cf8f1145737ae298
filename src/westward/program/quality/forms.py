"""Forms of quality; what they accept the acts check again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from westward.program.accounts.choices import Kind
from westward.program.accounts.models import Site, User
from westward.program.people.forms import Day, Sheet
from westward.program.quality.choices import EventKind, Harm, Step


class EventForm(Sheet):
    """What happened, in a minute."""

    kind = forms.ChoiceField(choices=EventKind.choices, label="What sort of event", widget=forms.RadioSelect)
    what = forms.CharField(label="What happened", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    prevented = forms.CharField(
        label="What prevented worse",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Empty if nothing did.",
    )
    step = forms.ChoiceField(choices=Step.choices, label="Where on the way", initial=Step.OTHER)
    harm = forms.ChoiceField(choices=Harm.choices, label="How far it went", initial=Harm.UNKNOWN)
    happened_on = forms.DateField(label="Day", required=False, widget=Day(), help_text="Empty if not known.")

    def __init__(self, *args: Any, sites: list[Site] | None = None, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = timezone.localdate()
        if named:
            self.fields["name_child"] = forms.BooleanField(
                required=False, initial=True, label="Name this child in the report"
            )
        elif sites:
            known = [(str(site.pk), site.name) for site in sites]
            self.fields["site"] = forms.ChoiceField(
                choices=known if len(known) == 1 else [("", "Not said"), *known], required=False, label="Site"
            )


class ReviewForm(Sheet):
    """What the review found."""

    findings = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    harm = forms.ChoiceField(choices=Harm.choices, label="How far it went")
    close = forms.BooleanField(required=False, label="Close the event")


class ActionForm(Sheet):
    """What follows."""

    words = forms.CharField(max_length=300, label="What is done so that it does not happen again")
    owner = forms.ModelChoiceField(queryset=User.objects.none())
    due = forms.DateField(label="Until", widget=Day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = User.objects.filter(kind=Kind.STAFF, is_active=True).order_by("name")
        people.label_from_instance = lambda user: user.name
