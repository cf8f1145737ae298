"""Forms of diagnosis; what they accept is checked again by the acts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.diagnosis.choices import Known, Length, Missing, Outcome, Quality, ReadSide, Resolution, Urgency
from westward.program.diagnosis.rules.questions import TYPE, TYPES, Question
from westward.program.diagnosis.rules.reading import ANSWERS, SIDES
from westward.program.people.models import Child


class Sheet(forms.Form):
    """A form whose labels end without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class Day(forms.DateField):
    """A calendar day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class Moment(forms.DateTimeField):
    """A day with its time, at the site."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)


def free_text(label: str, *, required: bool = False, rows: int = 3, help_text: str = "") -> forms.CharField:
    """Free text."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=4000, widget=area, help_text=help_text)


class Answer(forms.ChoiceField):
    """Yes, no or not known, as three buttons; not known unless somebody says."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(choices=Known.choices, widget=forms.RadioSelect, initial=Known.UNKNOWN, **options)

    def clean(self, value: Any) -> Any:
        """An answer left out is not known."""
        return super().clean(value) or Known.UNKNOWN


class SideAnswer(forms.ChoiceField):
    """A side as buttons; not said unless somebody says."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(choices=ReadSide.choices, widget=forms.RadioSelect, initial=ReadSide.UNKNOWN, **options)

    def clean(self, value: Any) -> Any:
        """An answer left out was not said."""
        return super().clean(value) or ReadSide.UNKNOWN


class OrderForm(Sheet):
    """A video-EEG order."""

    urgency = forms.ChoiceField(choices=Urgency.choices, initial=Urgency.DAYS)
    length = forms.ChoiceField(choices=Length.choices, initial=Length.OVERNIGHT)
    sleep_required = forms.BooleanField(label="Sleep must be recorded", required=False, initial=True)
    limb_emg = forms.BooleanField(label="Limb EMG (both deltoids)", required=False, initial=True)
    owner = forms.ModelChoiceField(User.objects.none(), label="Who reads it", required=False, empty_label="Not decided")
    reason = free_text("Reason", required=True)

    def __init__(self, *args: Any, readers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(pk__in=[one.pk for one in readers]).order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


class ReasonForm(Sheet):
    """Why."""

    reason = free_text("Reason", required=True, rows=2)


class DoneForm(Sheet):
    """When it was recorded."""

    on = Day(label="Recorded on", initial=timezone.localdate)


class SheetForm(Sheet):
    """The technologist's sheet."""

    recorded_on = Day(label="Recorded on", initial=timezone.localdate)
    deltoid_emg = Answer(label="Deltoid EMG recorded")
    sleep_recorded = Answer(label="Sleep recorded")
    events_seen = Answer(label="Events seen")
    events_words = free_text("Events: when, what, push-button", rows=2)
    impedance_least_kohm = forms.DecimalField(
        label="Least impedance (kOhm)", required=False, min_value=0, decimal_places=1
    )
    impedance_most_kohm = forms.DecimalField(
        label="Most impedance (kOhm)", required=False, min_value=0, decimal_places=1
    )
    impedances = forms.CharField(
        label="By electrode (kOhm)", required=False, max_length=600, help_text="Such as: Fp1 4.5, O2 12"
    )
    leads_missing = forms.CharField(label="Leads missing or lost", required=False, max_length=200)
    skin_before = forms.CharField(label="Skin before", required=False, max_length=200)
    skin_after = forms.CharField(label="Skin after", required=False, max_length=200)
    handed_to = forms.CharField(label="Handed to", required=False, max_length=100)
    handed_at = Moment(label="Handed off at", required=False)
    words = free_text("Remarks", rows=2)

    def clean_impedances(self) -> dict[str, Decimal]:
        """``Fp1 4.5, O2 12`` by electrode."""
        out: dict[str, Decimal] = {}
        for part in filter(None, (piece.strip() for piece in self.cleaned_data["impedances"].split(","))):
            name, _, value = part.replace("=", " ").replace(":", " ").partition(" ")
            try:
                number = Decimal(value.strip())
            except InvalidOperation:
                number = Decimal("NaN")
            if not name or not number.is_finite() or number < 0:
                raise forms.ValidationError(f"{part!r} is not an electrode with its kOhm; write it as Fp1 4.5")
            out[name[:12]] = number
        return out


class ManyFiles(forms.ClearableFileInput):
    """One recording, which may be several files."""

    allow_multiple_selected = True


class UploadForm(Sheet):
    """A recording; its files are read by the handler, not by this form."""

    recording = forms.Field(
        required=False,
        label="Recording",
        widget=ManyFiles(attrs={"multiple": True}),
        help_text="One EDF or BDF file, or the header file of a set together with its companions.",
    )
    recorded_on = Day(label="Recorded on", required=False, help_text="Needed only if the file does not hold its date.")
    order = forms.ChoiceField(label="For the order", required=False)

    def __init__(self, *args: Any, orders: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), f"{one.get_length_display()}, {one.get_state_display().lower()}, "
                    f"ordered {timezone.localtime(one.ordered_at):%-d %b %Y}") for one in orders]  # fmt: skip
        self.fields["order"].choices = [("", "No order"), *choices]  # type: ignore[attr-defined]
        if len(orders) == 1:
            self.initial.setdefault("order", str(orders[0].pk))


class OutsideForm(Sheet):
    """An EEG recorded elsewhere."""

    place = forms.CharField(label="Recorded at", max_length=200)
    recorded_on = Day(label="Recorded on", required=False)
    words = free_text("Remarks", rows=2)


class OutsideArrivedForm(Sheet):
    """What came."""

    recording = forms.Field(
        required=False, label="Recording", widget=ManyFiles(attrs={"multiple": True}),
        help_text="Leave empty if no file of signals came. What cannot be read is kept all the same.",
    )  # fmt: skip
    arrived_on = Day(label="Arrived on", initial=timezone.localdate)
    missing = forms.MultipleChoiceField(
        label="What is missing", choices=Missing.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = free_text("Remarks", rows=2)


class WhoseForm(Sheet):
    """A chart by its pseudonym or record number: a name would be looked for among too many."""

    chart = forms.CharField(
        label="Chart", required=False, max_length=40, help_text="Pseudonym (W-7K3M-Q9TX) or record number"
    )

    def child(self) -> Child | None:
        """The chart; None if there is none or more than one."""
        said = self.cleaned_data["chart"].strip()
        if not said:
            return None
        found = list(Child.objects.filter(pseudonym__iexact=said).exclude(state="merged")[:2])
        found = found or list(Child.objects.filter(record_number=said).exclude(state="merged")[:2])
        return found[0] if len(found) == 1 else None


class IdentityForm(WhoseForm):
    """Whose recording it is, and why."""

    resolution = forms.ChoiceField(label="This recording", choices=Resolution.choices, widget=forms.RadioSelect)
    chart = forms.CharField(
        label="The other child's chart", required=False, max_length=40,
        help_text="Pseudonym (W-7K3M-Q9TX) or record number; only if it is another child's",
    )  # fmt: skip
    reason = free_text("Reason", required=True, rows=2)
    field_order = ("resolution", "chart", "reason")


class AttachForm(WhoseForm):
    """Put an unassigned recording on a chart."""

    chart = forms.CharField(label="Chart", max_length=40, help_text="Pseudonym (W-7K3M-Q9TX) or record number")
    recorded_on = Day(label="Recorded on", required=False, help_text="Needed only if the file does not hold its date.")


class AgainForm(Sheet):
    """The recording day where the file has none."""

    recorded_on = Day(label="Recorded on", required=False)


class PersonForm(Sheet):
    """One of the readers."""

    reader = forms.ModelChoiceField(User.objects.none(), label="Reader", required=False)

    def __init__(self, *args: Any, readers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reader"].queryset = User.objects.filter(pk__in=[one.pk for one in readers]).order_by("name")  # type: ignore[attr-defined]
        self.fields["reader"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


GRADES = [*((str(n), str(n)) for n in range(6)), ("none", "Not assessable")]

LABELS = {
    "multifocal": "Three spike foci or more in the worst five minutes",
    "spikes_in_half": "Spikes in at least half of the seconds",
    "high_amplitude": "Background of high amplitude",
    "grouped_multifocal": "Grouped multifocal spikes",
    "attenuations": "Paroxysmal attenuations",
    "hypsarrhythmia": "Hypsarrhythmia",
    "focal_or_multifocal": "Focal or multifocal epileptiform discharges",
    "interictal_normal": "Interictal EEG normal",
    "suppression_burst": "Suppression-burst",
    "sleep_recorded": "Sleep recorded",
    "event_recorded": "A suspected event was recorded",
    "discharge_side": "Side of the epileptiform discharges",
    "ictal_side": "Side on which the spasms begin",
    "ictal_correlate": "It had the ictal correlate of an epileptic spasm",
    "event_eeg_normal": "The EEG was normal during it",
}
"""Questions of a read in the words of the page."""


class ReadForm(Sheet):
    """A read. The grade must be chosen: nothing is chosen for the reader."""

    based = forms.ChoiceField(label="BASED grade", choices=GRADES, widget=forms.RadioSelect)
    not_assessable_because = forms.CharField(label="If not assessable: why", required=False, max_length=300)
    quality = forms.ChoiceField(label="Quality of the recording", choices=Quality.choices, initial=Quality.GOOD)
    words = free_text("In words", rows=4)
    reason = free_text("Reason for the change", rows=2)

    def __init__(self, *args: Any, reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ANSWERS:
            self.fields[name] = Answer(label=LABELS[name])
        for name in SIDES:
            self.fields[name] = SideAnswer(label=LABELS[name])
        if reason:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def said(self) -> dict[str, Any]:
        """The read as the act takes it."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        found["based"] = None if found["based"] == "none" else int(found["based"])
        return found


class AssessForm(Sheet):
    """One part of what is asked before the diagnosis."""

    def __init__(self, *args: Any, asked: tuple[Question, ...], part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if part == "semiology":
            self.fields[TYPE] = forms.ChoiceField(label="Type", choices=TYPES)
        for one in asked:
            self.fields[one.code] = Answer(label=one.words, help_text=one.hint)
        if part == "mimics":
            for one in asked:
                self.fields[one.code].choices = [  # type: ignore[attr-defined]
                    ("no", "Excluded"),
                    ("yes", "Still possible"),
                    ("unknown", "Not considered"),
                ]
        if part == "history":
            self.fields["onset_earliest"] = Day(label="First spasm: earliest day", required=False)
            self.fields["onset_latest"] = Day(
                label="First spasm: latest day", required=False, help_text="The same day if it is known exactly."
            )
        self.fields["words"] = free_text("In words", rows=3)


class DecisionForm(Sheet):
    """The physician's decision."""

    outcome = forms.ChoiceField(label="Decision", choices=Outcome.choices, widget=forms.RadioSelect)
    on = Day(label="On", initial=timezone.localdate)
    words = free_text("In words", rows=3, help_text="Needed where the decision is not what the criteria say.")
    reason = free_text("Reason for the revision", rows=2)

    def __init__(self, *args: Any, revising: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if revising:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class TreatmentForm(Sheet):
    """The first treatment."""

    on = Day(label="Given on", initial=timezone.localdate)
    what = forms.CharField(label="What", required=False, max_length=200)
    reason = free_text("Reason for the correction", rows=2)

    def __init__(self, *args: Any, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if correcting:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]
