"""Forms of follow-up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from westward.program.followup.choices import CallAnswer, Following, Instrument, Known, OutcomeMonth, Severity
from westward.program.people.forms import Day, Sheet, to_choose


class CallForm(Sheet):
    """A call to the family."""

    at = forms.DateTimeField(
        label="Called at", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    answer = forms.ChoiceField(choices=to_choose(CallAnswer.choices), label="Answer")
    on = forms.DateField(widget=Day(), required=False, label="Day the spasms were seen, if any")
    count = forms.IntegerField(required=False, min_value=1, label="How many were told, if counted")
    words = forms.CharField(required=False, max_length=500, label="What was said")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = timezone.localtime().replace(second=0, microsecond=0)


class AdverseForm(Sheet):
    """What happened."""

    what = forms.CharField(max_length=120, label="What happened")
    severity = forms.ChoiceField(choices=to_choose(Severity.choices))
    began_on = forms.DateField(widget=Day(), label="Began on")
    ended_on = forms.DateField(widget=Day(), required=False, label="Ended on, if it has")
    act = forms.CharField(max_length=300, label="What was done")


class AssessmentForm(Sheet):
    """Instrument, version, scores one a line."""

    instrument = forms.ChoiceField(choices=Instrument.choices)
    version = forms.CharField(max_length=40, label="Version and edition")
    on = forms.DateField(widget=Day(), label="Done on")
    scores = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Scores, one a line",
        help_text="domain = score, such as Motor = 85; another kind of score is a domain of its own: Motor, raw = 41",
    )
    next_on = forms.DateField(widget=Day(), required=False, label="Next one on")
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def clean_scores(self) -> list[tuple[str, str]]:
        """Pairs of domain and score."""
        pairs = []
        for line in self.cleaned_data["scores"].splitlines():
            if line.strip():
                domain, equals, score = line.partition("=")
                if not equals:
                    raise forms.ValidationError(f"{line.strip()!r} is not written as domain = score")
                pairs.append((domain.strip(), score.strip()))
        return pairs


class OutcomeForm(Sheet):
    """How the child is at a set time."""

    months = forms.TypedChoiceField(choices=OutcomeMonth.choices, coerce=int, label="After the first dose")
    on = forms.DateField(widget=Day(), label="Seen on")
    spasms = forms.ChoiceField(choices=Known.choices, initial="unknown", label="Spasms")
    other_seizures = forms.ChoiceField(choices=Known.choices, initial="unknown", label="Other seizures")
    hypsarrhythmia = forms.ChoiceField(choices=Known.choices, initial="unknown", label="Hypsarrhythmia")
    medicines = forms.CharField(max_length=300, required=False, label="Medicines")
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)


class FollowingForm(Sheet):
    """Lost, or reached again."""

    state = forms.ChoiceField(choices=Following.choices)
    on = forms.DateField(widget=Day(), label="Since")
    why = forms.CharField(max_length=300, label="How it is known")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
