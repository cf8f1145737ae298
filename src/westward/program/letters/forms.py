"""Forms of letters; what they accept the acts check again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from westward.program.letters.actions.draft import recipient_id
from westward.program.letters.actions.edit import TEXT_MAX
from westward.program.letters.blocks import Block, Shape, lines_of
from westward.program.letters.choices import Channel, LetterKind
from westward.program.people.models import Caregiver, Clinician

_SHAPES = {
    Shape.TEXT: "One paragraph a line.",
    Shape.LIST: "One item a line.",
    Shape.TABLE: "One row a line, as term: value.",
}


def _local() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DraftForm(forms.Form):
    """Which letter to whom."""

    kind = forms.ChoiceField(choices=LetterKind.choices, label="Letter")
    recipient = forms.ChoiceField(choices=(), label="To")

    def __init__(self, *args: Any, recipients: Sequence[Clinician | Caregiver], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {recipient_id(one): one for one in recipients}
        named = [(key, _named(one)) for key, one in self.by_id.items()]
        self.fields["recipient"].choices = named  # type: ignore[attr-defined]

    def clean_recipient(self) -> Clinician | Caregiver:
        """The person."""
        return self.by_id[self.cleaned_data["recipient"]]


def _named(one: Clinician | Caregiver) -> str:
    if isinstance(one, Caregiver):
        return f"{one.name}, {one.get_relation_display().lower()}"
    return f"{one.name}, {one.practice or one.get_kind_display().lower()}"


class EditForm(forms.Form):
    """One field a block."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, blocks: Sequence[Block], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, block in enumerate(blocks):
            self.fields[f"block{place}"] = forms.CharField(
                required=False,
                max_length=TEXT_MAX,
                label=block.heading or {"opening": "Opening"}.get(block.slot, "Further"),
                initial=block.text,
                help_text=_SHAPES[block.shape],
                widget=forms.Textarea(attrs={"rows": max(2, len(lines_of(block.text)) + 1)}),
            )

    def texts(self) -> dict[int, str]:
        """Text by the place of its block."""
        return {int(k[5:]): v for k, v in self.cleaned_data.items() if k.startswith("block")}


class SeenForm(forms.Form):
    """The version that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=400, label="Reason")


class SendForm(forms.Form):
    """How it left."""

    channel = forms.ChoiceField(choices=Channel.choices, label="How")
    to = forms.CharField(required=False, max_length=400, label="Number, address or portal")
    sent_at = forms.DateTimeField(label="When", widget=_local())
    silent_reason = forms.CharField(
        required=False, max_length=400, label="Reason to write although the chart is silent"
    )

    def __init__(self, *args: Any, silent: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        if not silent:
            del self.fields["silent_reason"]


class ConfirmForm(forms.Form):
    """How it is known that it arrived."""

    confirmation = forms.CharField(max_length=200, label="How it is known", initial="")
    at = forms.DateTimeField(label="When", widget=_local())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = timezone.localtime().replace(microsecond=0)


def draft_here(kind: LetterKind, recipients: Sequence[Clinician | Caregiver]) -> dict[str, Any]:
    """What ``letters/draft_here.html`` needs to offer one kind of letter on another page of the chart."""
    named = [(recipient_id(one), _named(one)) for one in recipients]
    return {"letter_kind": kind.value, "letter_label": kind.label.lower(), "letter_recipients": named}
