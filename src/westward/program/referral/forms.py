"""Forms of referral; what they accept the acts check again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from westward.care.answer import Answer
from westward.core.errors import InputError
from westward.evidence.loader import load
from westward.program.accounts.models import Site, User
from westward.program.people import languages
from westward.program.people.choices import Sex
from westward.program.referral import rules
from westward.program.referral.choices import (
    MILESTONES,
    PUBLIC,
    RISK_WORDS,
    AppointmentKind,
    Channel,
    CloseReason,
    FactSource,
    InterpreterUse,
    Precision,
    SenderRelation,
    Source,
    WatchEnd,
    WithWhom,
)

ANSWERS = [(Answer.YES.value, "Yes"), (Answer.NO.value, "No"), (Answer.UNKNOWN.value, "Not known")]
INTAKE_SOURCES = [(source.value, source.label) for source in Source if source not in PUBLIC]
GROUPS = (
    ("Danger now", ("breathing", "convulsion", "unwell_on_hormone")),
    ("The events", ("events", "clusters", "cry", "video")),
    ("The child", ("regression", "parent_concern", "known_cause")),
    ("What is known already", ("epileptic_eeg", "diagnosed", "treated", "failing")),
)
"""Questions as the form groups them; the wording is that of the evidence."""

_SECTIONS = {"breathing": "emergency_now", "convulsion": "emergency_now", "unwell_on_hormone": "emergency_now"}
_KEYS = {
    "events": "next_days.events",
    "failing": "next_days.failing",
    "treated": "same_day.untreated",
    "diagnosed": "second_opinion.diagnosed",
}


def fact_key(question: str) -> str:
    """Key of the question in ``evidence/triage.toml``."""
    return _KEYS.get(question, f"{_SECTIONS.get(question, 'same_day')}.{question}")


def wording(question: str) -> str:
    """The question as it is asked."""
    return load("triage").text(fact_key(question))


def day_input() -> forms.DateInput:
    """A day, picked or typed."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def moment_input() -> forms.DateTimeInput:
    """A day and a time, picked or typed."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def area(rows: int = 2) -> forms.Textarea:
    """A few lines of text."""
    return forms.Textarea(attrs={"rows": rows})


class Files(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """None, one or several files; ``cleaned_data`` holds a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each checked by itself."""
        return [super(FilesField, self).clean(one, initial) for one in data or ()]


class StaffField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.name)


def _staff(field: Any, people: list[User]) -> None:
    field.queryset = User.objects.filter(pk__in=[one.pk for one in people]).order_by("name")


class AnswersForm(forms.Form):
    """Yes, no or not known, for every question."""

    def __init__(self, *args: Any, answers: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in rules.QUESTIONS:
            self.fields[name] = forms.ChoiceField(
                choices=ANSWERS,
                required=False,
                label=wording(name),
                widget=forms.RadioSelect,
                initial=(answers or {}).get(name, Answer.UNKNOWN.value),
            )

    def codes(self) -> dict[str, str]:
        """The answers; what was not chosen is unknown."""
        return {name: self.cleaned_data.get(name) or Answer.UNKNOWN.value for name in rules.QUESTIONS}

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Bound fields by group."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]


class WhenMixin(forms.Form):
    """An approximate day in three fields; ``cleaned_data["when"]`` is its span."""

    precision = forms.ChoiceField(choices=Precision.choices, initial=Precision.UNKNOWN, label="How exactly known")
    day = forms.DateField(required=False, label="Day", widget=day_input())
    until = forms.DateField(required=False, label="Last day of a span", widget=day_input())

    def clean(self) -> dict[str, Any]:
        """The span."""
        data = super().clean() or {}
        if "precision" in data and "day" in data and "until" in data:
            try:
                data["when"] = rules.when(data["precision"], data["day"], data["until"])
            except InputError as error:
                self.add_error("day", str(error))
        return data


class IntakeForm(WhenMixin, AnswersForm):
    """The referral form for phone, fax, second opinion and transfer."""

    source = forms.ChoiceField(choices=INTAKE_SOURCES, label="How it came")
    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label="Not decided yet")
    received_at = forms.DateTimeField(
        required=False, label="Received, if not now: the clock starts then", widget=moment_input()
    )
    given_name = forms.CharField(max_length=100, required=False, label="Given name")
    family_name = forms.CharField(max_length=100, label="Family name")
    birth_date = forms.DateField(required=False, label="Birth date", widget=day_input())
    age_months = forms.DecimalField(
        required=False, min_value=0, max_value=216, decimal_places=1, label="Or age, months"
    )
    sex = forms.ChoiceField(choices=Sex.choices, initial=Sex.UNKNOWN)
    gestation_weeks = forms.IntegerField(required=False, min_value=20, max_value=45, label="Gestation, weeks")
    gestation_days = forms.IntegerField(required=False, min_value=0, max_value=6, label="Gestation, and days")
    language = forms.ChoiceField(choices=languages.choices, initial="en", label="Language of the family")
    interpreter = forms.BooleanField(required=False, label="Needs an interpreter")
    sender_name = forms.CharField(max_length=200, label="Name")
    sender_relation = forms.ChoiceField(
        choices=SenderRelation.choices, initial=SenderRelation.PEDIATRICIAN, label="Who is it"
    )
    sender_practice = forms.CharField(max_length=200, required=False, label="Practice or hospital")
    sender_phone = forms.CharField(max_length=40, required=False, label="Phone")
    sender_email = forms.EmailField(required=False, label="E-mail")
    consent_contact = forms.BooleanField(required=False, label="May be contacted by the program")
    words = forms.CharField(required=False, max_length=8000, widget=area(4), label="In their words")
    suspected_on = forms.DateField(required=False, label="Spasms first suspected on", widget=day_input())
    uploads = FilesField(required=False, label="Videos, scanned fax", widget=Files(attrs={"multiple": True}))

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["precision"].label = "First event"
        self.fields["received_at"].widget.attrs["max"] = f"{timezone.localtime():%Y-%m-%dT%H:%M}"

    def some(self, *names: str) -> list[forms.BoundField]:
        """Bound fields by name."""
        return [self[name] for name in names]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The form's parts, without the questions."""
        return [
            ("How it came", self.some("source", "received_at", "site")),
            (
                "Whom to call back",
                self.some("sender_name", "sender_relation", "sender_practice", "sender_phone", "sender_email"),
            ),
            (
                "The child",
                self.some(
                    "given_name",
                    "family_name",
                    "birth_date",
                    "age_months",
                    "sex",
                    "gestation_weeks",
                    "gestation_days",
                    "language",
                ),
            ),
            ("When it began", self.some("precision", "day", "until", "suspected_on")),
        ]


class AnswerForm(WhenMixin, AnswersForm):
    """Open questions of a referral."""

    birth_date = forms.DateField(required=False, label="Birth date", widget=day_input())
    reason = forms.CharField(
        required=False, max_length=2000, label="Why a lower level is right (only if it falls)", widget=area()
    )


class AssignForm(forms.Form):
    """An owner, and a site."""

    to = StaffField(queryset=User.objects.none(), label="Owner", empty_label=None)
    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label="As it is", label="Site")

    def __init__(self, *args: Any, people: list[User], sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _staff(self.fields["to"], people)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    """One attempt to reach somebody."""

    at = forms.DateTimeField(label="When", widget=moment_input())
    channel = forms.ChoiceField(choices=Channel.choices, initial=Channel.PHONE)
    with_whom = forms.ChoiceField(choices=WithWhom.choices, label="With whom")
    reached = forms.TypedChoiceField(
        choices=[("", "Choose"), ("yes", "Reached"), ("no", "Not reached")],
        coerce=lambda value: value == "yes",
        label="Reached",
    )
    interpreter = forms.ChoiceField(
        choices=InterpreterUse.choices, initial=InterpreterUse.NOT_NEEDED, label="Interpreter"
    )
    words = forms.CharField(required=False, max_length=4000, widget=area(), label="What was said")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("at", timezone.localtime().replace(second=0, microsecond=0))
        super().__init__(*args, **kwargs)


class AcceptForm(forms.Form):
    """Which chart."""

    looked = forms.CharField(widget=forms.HiddenInput, required=False)
    child = forms.ChoiceField(widget=forms.RadioSelect, label="Chart", required=False)
    birth_date = forms.DateField(required=False, label="Birth date", widget=day_input())
    record_number = forms.CharField(required=False, max_length=40, label="Record number (new chart)")

    def __init__(self, *args: Any, charts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["child"]
        field.choices = [*charts, ("", "Open a new chart")]
        # Where a chart may be the child's already, a person chooses; nothing is chosen beforehand.
        if charts:
            field.required = True
            field.choices = [*charts, ("new", "None of these: open a new chart")]
        else:
            field.initial = ""

    def looked_at(self) -> frozenset[int]:
        """Keys of the charts that the page showed, or told of, when the person chose: no others were looked at."""
        return frozenset(int(key) for key in self.cleaned_data["looked"].split(",") if key.isdecimal())


class DeclineForm(forms.Form):
    """Why not, and what advice was given."""

    to = forms.CharField(required=False, max_length=200, label="Sent to (leave empty to decline)")
    reason = forms.CharField(max_length=2000, widget=area(), label="Why")
    advice = forms.CharField(max_length=4000, widget=area(), label="Advice given")


class CloseForm(forms.Form):
    """Why it is no referral to decide."""

    why = forms.ChoiceField(choices=CloseReason.choices, label="Why")
    of = forms.CharField(required=False, max_length=12, label="Number of the other referral (same child)")
    words = forms.CharField(required=False, max_length=2000, widget=area(), label="What was found")


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(max_length=2000, label="Why")


class UploadForm(forms.Form):
    """A file that came later."""

    file = forms.FileField(label="Video or document")


class ShiftForm(forms.Form):
    """Somebody on duty."""

    to = StaffField(queryset=User.objects.none(), label="Who", empty_label=None)
    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label="All sites")
    rank = forms.IntegerField(min_value=1, max_value=9, initial=1, label="Rank (1 answers first)")
    starts = forms.DateTimeField(label="From", widget=moment_input())
    ends = forms.DateTimeField(label="To", widget=moment_input())
    phone = forms.CharField(required=False, max_length=40, label="Phone on this shift")
    weeks = forms.IntegerField(min_value=1, max_value=26, initial=1, label="For how many weeks")

    def __init__(self, *args: Any, people: list[User], sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _staff(self.fields["to"], people)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """Who takes a shift over."""

    to = StaffField(queryset=User.objects.none(), label="Hand over to", empty_label=None)
    at = forms.DateTimeField(required=False, label="From (if not at once)", widget=moment_input())
    phone = forms.CharField(required=False, max_length=40, label="Phone")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _staff(self.fields["to"], people)


DAYS = [(str(n), name) for n, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))]


class SlotsForm(forms.Form):
    """EEG slots in bulk."""

    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label="No site")
    beds = forms.CharField(max_length=400, label="Beds, separated by commas")
    first = forms.DateField(label="First day", widget=day_input())
    last = forms.DateField(label="Last day", widget=day_input())
    begin = forms.TimeField(label="From", initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label="To", initial="20:00", widget=forms.TimeInput(attrs={"type": "time"}))
    length_h = forms.FloatField(label="Hours of one slot", initial=4, min_value=0.5, max_value=72)
    technologist = StaffField(queryset=User.objects.none(), required=False, empty_label="Not named")
    weekdays = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, initial=list("01234"), label="Days", widget=forms.CheckboxSelectMultiple
    )
    night = forms.BooleanField(required=False, label="Overnight recordings")
    interpreter = forms.BooleanField(required=False, label="Interpreter on site")

    def __init__(self, *args: Any, people: list[User], sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _staff(self.fields["technologist"], people)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]

    def clean_beds(self) -> list[str]:
        """Names of beds."""
        return [bed.strip() for bed in self.cleaned_data["beds"].split(",") if bed.strip()]


class FilterForm(forms.Form):
    """What kind of slot one looks for."""

    night = forms.ChoiceField(
        required=False, choices=[("", "Day or night"), ("day", "Day"), ("night", "Overnight")], label="Time"
    )
    interpreter = forms.BooleanField(required=False, label="With an interpreter")
    hours = forms.FloatField(required=False, min_value=0, max_value=72, label="At least, hours")


class BookForm(forms.Form):
    """What goes with a booked slot."""

    interpreter = forms.CharField(required=False, max_length=200, label="How interpretation is arranged")


class AppointmentForm(forms.Form):
    """An appointment without a slot."""

    kind = forms.ChoiceField(
        choices=[choice for choice in AppointmentKind.choices if choice[0] != AppointmentKind.EEG],
        initial=AppointmentKind.VISIT,
    )
    starts = forms.DateTimeField(label="When", widget=moment_input())
    minutes = forms.IntegerField(required=False, min_value=0, max_value=20160, label="Minutes")
    place = forms.CharField(required=False, max_length=200)
    with_whom = forms.CharField(required=False, max_length=200, label="With whom")
    interpreter = forms.CharField(required=False, max_length=200, label="Interpreter")


class OwnerForm(forms.Form):
    """Who owns a child's next step."""

    to = StaffField(queryset=User.objects.none(), label="Owner", empty_label=None)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _staff(self.fields["to"], people)


class FactForm(WhenMixin):
    """When a milestone was, and who says so."""

    milestone = forms.ChoiceField(choices=MILESTONES, label="What")
    source = forms.ChoiceField(choices=FactSource.choices, label="Who says so")
    note = forms.CharField(required=False, max_length=400, label="Note")
    field_order = ("milestone", "precision", "day", "until", "source", "note")


class WatchForm(forms.Form):
    """Why a child is watched."""

    risks = forms.MultipleChoiceField(choices=[], widget=forms.CheckboxSelectMultiple, label="Risks")
    listed_on = forms.DateField(required=False, label="Listed on (if not today)", widget=day_input())
    note = forms.CharField(required=False, max_length=2000, widget=area())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["risks"]
        field.choices = [(risk.value, words) for risk, words in RISK_WORDS.items()]


class EegForm(forms.Form):
    """A surveillance EEG that was done."""

    on = forms.DateField(label="Done on", widget=day_input())
    where = forms.CharField(required=False, max_length=200)


class DueForm(forms.Form):
    """A next EEG set by hand."""

    due = forms.DateField(required=False, label="Next EEG by (empty: by the schedule)", widget=day_input())


class CloseWatchForm(forms.Form):
    """Why a child leaves the list."""

    why = forms.ChoiceField(choices=WatchEnd.choices, label="Why")
    words = forms.CharField(required=False, max_length=2000)
