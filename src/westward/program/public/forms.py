"""The form that refers a child: for parents in everyday words, for professionals in the words of triage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from westward.care.answer import Answer
from westward.care.when import UNKNOWN_DAY, When, on_day
from westward.core.ages import DAYS_PER_MONTH
from westward.program.people.choices import Sex
from westward.program.public.languages import own_choices
from westward.program.public.speech import phrases
from westward.program.referral.choices import Precision, SenderRelation, Source
from westward.program.referral.rules import QUESTIONS, when

EMERGENCIES = ("breathing", "convulsion", "unwell_on_hormone")
DIAGNOSIS = ("diagnosed", "treated", "failing")
PARENT, PROFESSIONAL = Source.PARENT.value, Source.PROFESSIONAL.value
RELATIONS = {
    PARENT: (SenderRelation.PARENT, SenderRelation.GUARDIAN, SenderRelation.RELATIVE, SenderRelation.OTHER),
    PROFESSIONAL: (
        SenderRelation.PEDIATRICIAN,
        SenderRelation.NEUROLOGIST,
        SenderRelation.EMERGENCY,
        SenderRelation.OTHER_CLINICIAN,
        SenderRelation.OTHER,
    ),
}
PRECISIONS = (Precision.DAY, Precision.WEEK, Precision.MONTH, Precision.UNKNOWN)
OLDEST = timedelta(days=18 * 366)
_PHONE = re.compile(r"[0-9+(][0-9 ().+/#x-]{4,39}")
_DAYS_PER_WEEK = 7


class ReferForm(forms.Form):
    """What a stranger may say of a child; who asks and in which language decides the words, not the fields."""

    def __init__(self, data: Any = None, *, audience: str, language: str, kept: int = 0) -> None:
        super().__init__(data, auto_id="f-%s", use_required_attribute=False)
        self.audience, self.language, self.kept = audience, language, kept
        self.t = phrases(language, "refer.toml")
        self.fields.clear()
        self._questions(EMERGENCIES)
        self._child()
        self._questions(name for name in QUESTIONS if name not in EMERGENCIES + DIAGNOSIS)
        self._onset()
        self._questions(DIAGNOSIS)
        self._text("words", self._for("words"), limit=4000, widget=forms.Textarea(attrs={"rows": 5}))
        self._sender()

    # fields

    def _questions(self, names: Iterable[str]) -> None:
        f = self.t["form"]
        options = [(answer.value, f[answer.value]) for answer in Answer]
        for name in names:
            self.fields[name] = forms.ChoiceField(
                label=self.t[self.audience][name],
                choices=options,
                widget=forms.RadioSelect,
                required=False,
                error_messages={"invalid_choice": self.t["error"]["choice"]},
            )

    def _child(self) -> None:
        f = self.t["form"]
        self._text("given_name", f["given_name"], limit=100)
        self._text("family_name", f["family_name"], limit=100, required=True)
        self._day("birth_date", f["birth_date"])
        self._number("age_months", f["age_months"], 0, 216)
        sexes = (Sex.FEMALE, Sex.MALE, Sex.OTHER, Sex.UNKNOWN)
        self.fields["sex"] = forms.ChoiceField(
            label=f["sex"],
            choices=[(sex.value, f[f"sex_{sex.value}"]) for sex in sexes],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": self.t["error"]["choice"]},
        )
        self._number("gestation_weeks", f["gestation"], 20, 45)

    def _onset(self) -> None:
        f = self.t["form"]
        self.fields["onset_precision"] = forms.ChoiceField(
            label=self._for("onset"),
            choices=[(one.value, f[f"precision_{one.value}"]) for one in PRECISIONS],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": self.t["error"]["choice"]},
        )
        self._day("onset_day", f["onset_day"])
        self._day("suspicion_day", f["suspicion"])

    def _sender(self) -> None:
        f, e = self.t["form"], self.t["error"]
        self._text("sender_name", f["sender_name"], limit=200, required=True, fill="name")
        self._text("sender_phone", f["sender_phone"], limit=40, fill="tel", kind="tel")
        self.fields["sender_email"] = forms.EmailField(
            label=f["sender_email"],
            required=False,
            max_length=254,
            error_messages={"invalid": e["email"], "max_length": e["too_long"].format(limit=254)},
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        )
        if self.audience == PROFESSIONAL:
            self._text("sender_practice", f["sender_practice"], limit=200, fill="organization")
        self.fields["sender_relation"] = forms.ChoiceField(
            label=self._for("relation"),
            choices=[(one.value, f[f"is_{one.value}"]) for one in RELATIONS[self.audience]],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": e["choice"]},
        )
        self.fields["language"] = forms.ChoiceField(
            label=self._for("language"), choices=own_choices(), initial=self.language, required=False
        )
        self.fields["interpreter"] = forms.BooleanField(label=f["interpreter"], required=False)
        self.fields["consent_contact"] = forms.BooleanField(
            label=self._for("consent"), required=True, error_messages={"required": e["consent"]}
        )

    def _for(self, key: str) -> str:
        f = self.t["form"]
        special = f"{key}_{self.audience}"
        return f[special] if special in f.section else f[key]

    def _text(
        self,
        name: str,
        label: str,
        *,
        limit: int,
        required: bool = False,
        fill: str = "",
        kind: str = "",
        widget: Any = None,
    ) -> None:
        e = self.t["error"]
        attrs = {"autocomplete": fill or "off"} | ({"type": kind} if kind else {})
        self.fields[name] = forms.CharField(
            label=label,
            required=required,
            max_length=limit,
            widget=widget or forms.TextInput(attrs=attrs),
            error_messages={"required": e["required"], "max_length": e["too_long"].format(limit=limit)},
        )

    def _day(self, name: str, label: str) -> None:
        self.fields[name] = forms.DateField(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": self.t["error"]["date"]},
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
        )

    def _number(self, name: str, label: str, low: int, high: int) -> None:
        said = self.t["error"]["number"].format(low=low, high=high)
        self.fields[name] = forms.IntegerField(
            label=label,
            required=False,
            min_value=low,
            max_value=high,
            error_messages={"invalid": said, "min_value": said, "max_value": said},
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )

    # what was said

    def clean_sender_phone(self) -> str:
        """A number that can be called."""
        phone = str(self.cleaned_data.get("sender_phone") or "").strip()
        if phone and not _PHONE.fullmatch(phone):
            raise ValidationError(self.t["error"]["phone"])
        return phone

    def clean(self) -> dict[str, Any]:
        """Dates that can be, and a way to answer."""
        said, e = self.cleaned_data, self.t["error"]
        today = timezone.localdate()
        birth = said.get("birth_date")
        for name in ("birth_date", "onset_day", "suspicion_day"):
            day: date | None = said.get(name)
            if day is None:
                continue
            if day > today:
                self.add_error(name, e["future"])
            elif day < today - OLDEST:
                self.add_error(name, e["too_old"])
        precision = said.get("onset_precision")
        if not self.errors.get("onset_day"):
            if said.get("onset_day") and not precision:
                self.add_error("onset_precision", e["precision"])
            if precision and precision != Precision.UNKNOWN and not said.get("onset_day"):
                self.add_error("onset_day", e["day_missing"])
        if birth and not self.errors:
            for name, span in (("onset_day", self.onset), ("suspicion_day", self.suspicion)):
                if span.latest is not None and span.latest < birth:
                    self.add_error(name, e["before_birth"])
        ways = ("sender_phone", "sender_email")
        if not any(self.errors.get(way) or said.get(way) for way in ways):
            self.add_error("sender_phone", e["reach"])
        return said

    @property
    def onset(self) -> When:
        """Day of the first event, as a span."""
        said = self.cleaned_data
        precision = said.get("onset_precision") or Precision.UNKNOWN
        span = when(precision, said.get("onset_day"))
        today = timezone.localdate()
        if span.earliest is not None and span.latest is not None and span.latest > today >= span.earliest:
            return When(span.earliest, today)
        return span

    @property
    def suspicion(self) -> When:
        """Day on which somebody first thought of spasms."""
        day = self.cleaned_data.get("suspicion_day")
        return on_day(day) if day else UNKNOWN_DAY

    @property
    def in_danger(self) -> bool:
        """Whether an answer about danger is yes; asked of the raw form, so that no other error hides it."""
        data: Mapping[str, Any] = self.data or {}
        return any(data.get(name) == Answer.YES for name in EMERGENCIES)

    def act(self) -> dict[str, Any]:
        """Fields of :class:`westward.program.referral.actions.receive.Receive`."""
        said = self.cleaned_data
        months, weeks = said.get("age_months"), said.get("gestation_weeks")
        return {
            "source": self.audience,
            "sender_name": said["sender_name"],
            "sender_phone": said["sender_phone"],
            "sender_email": said["sender_email"],
            "sender_practice": said.get("sender_practice", ""),
            "sender_relation": said["sender_relation"] or SenderRelation.UNKNOWN,
            "consent_contact": said["consent_contact"],
            "given_name": said["given_name"],
            "family_name": said["family_name"],
            "birth_date": said["birth_date"],
            "age_d": None if said["birth_date"] or months is None else round(months * DAYS_PER_MONTH),
            "sex": said["sex"] or Sex.UNKNOWN,
            "gestation_d": None if weeks is None else weeks * _DAYS_PER_WEEK,
            "language": said["language"] or self.language,
            "interpreter": said["interpreter"],
            "answers": {name: said[name] for name in QUESTIONS if said.get(name)},
            "onset_precision": said["onset_precision"] or Precision.UNKNOWN,
            "onset": self.onset,
            "suspicion": self.suspicion,
            "words": said["words"],
        }
