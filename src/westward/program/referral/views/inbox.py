"""The inbox of referrals, and the form that takes one in by phone or fax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from westward.care.when import UNKNOWN_DAY, on_day
from westward.core.ages import days_from_months
from westward.core.errors import InputError
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record_list
from westward.program.referral import queries
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.actions.receive import Receive
from westward.program.referral.forms import IntakeForm
from westward.program.referral.models import Referral, Shift
from westward.program.referral.rules import ContactClock
from westward.program.referral.uploads import Stored, discard, store
from westward.program.referral.views.base import back, chosen_site, my_sites, pages, sentence

SHOWN = (("open", "Waiting"), ("mine", "Mine"), ("decided", "Decided"))
_WEEK_D = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox."""

    referral: Referral
    clock: ContactClock
    answers: Shift | None

    @property
    def escalated(self) -> Any:
        """The last step of escalation, if nobody has been reached since."""
        steps = getattr(self.referral, "steps", [])
        return steps[-1] if steps and self.referral.contacted_at is None else None


@require_GET
@needs("referral.list")
def inbox(request: HttpRequest) -> HttpResponse:
    """Referrals by urgency; whatever is due to escalate does so now."""
    now = timezone.now()
    escalate_due(now)
    asked = asking(request)
    user = asked["user"]
    choices = my_sites(user, "referral.list")
    site = chosen_site(request, choices)
    shown = request.GET.get("shown", "open")
    shown = shown if shown in dict(SHOWN) else "open"
    found = list(queries.inbox(user, site=site, shown=shown)[: queries.MOST])
    chosen = {"shown": shown, **({"site": site.code} if site else {})}
    record_list(asked["who"], "referral.list", [one.audit_id for one in found], chosen=chosen)
    duty = queries.on_duty(now, everywhere=True)
    rows = [Row(one, queries.clock(one, now), _answers(duty, one)) for one in found]
    context = {
        "waiting": [row for row in rows if row.referral.contacted_at is None] if shown != "decided" else [],
        "reached": [row for row in rows if row.referral.contacted_at is not None] if shown != "decided" else [],
        "decided": rows if shown == "decided" else [],
        "full": len(found) == queries.MOST,
        "shown": shown,
        "choices": SHOWN,
        "sites": choices if choices.count() > 1 else [],
        "site": site,
        "duty": _duty(duty, user),
        "can_take_in": allows(user, "referral.take_in"),
        "today": timezone.localdate(),
        "intake_pages": pages(user),
    }
    return render(request, "referral/inbox.html", context)


def _answers(duty: list[Shift], referral: Referral) -> Shift | None:
    there = queries.on_duty_there(duty, referral)
    return there[0] if there else None


def _duty(duty: list[Shift], user: Any) -> list[Shift]:
    within = set(my_sites(user, "referral.list"))
    return [shift for shift in duty if shift.site is None or shift.site in within]


@require_http_methods(["GET", "POST"])
@needs("referral.take_in")
def take_in(request: HttpRequest) -> HttpResponse:
    """The same questions as the public form, for what comes by phone or fax; the clock starts at receipt."""
    asked = asking(request)
    choices = my_sites(asked["user"], "referral.take_in")
    initial = {"source": request.GET.get("source", "phone"), "site": choices.first() if choices.count() == 1 else None}
    form = IntakeForm(request.POST or None, request.FILES or None, sites=choices, initial=initial)
    status = 200
    if request.method == "POST":
        referral = _received(request, form, asked)
        if referral is not None:
            level = referral.urgency.words
            messages.success(request, f"Referral {referral.number} is stored: {level}.")
            return back("referral", referral.pk)
        status = 422
    return render(request, "referral/take_in.html", {"form": form}, status=status)


def _received(request: HttpRequest, form: IntakeForm, asked: dict[str, Any]) -> Referral | None:
    if not form.is_valid():
        return None
    files: list[Stored] = []
    try:
        files = [store(file) for file in form.cleaned_data["uploads"]]
        return Receive(**asked, **_fields(form), uploads=files).execute()
    except (InputError, NotAllowedError) as error:
        discard(files)
        form.add_error(
            None if isinstance(error, (InvalidActError, NotAllowedError)) else "uploads", sentence(str(error))
        )
    return None


def _fields(form: IntakeForm) -> dict[str, Any]:
    """What the act needs, from what the form holds."""
    data = form.cleaned_data
    weeks, days, months = data["gestation_weeks"], data["gestation_days"], data["age_months"]
    suspected = data["suspected_on"]
    same = (
        "source",
        "site",
        "received_at",
        "sender_name",
        "sender_phone",
        "sender_email",
        "sender_practice",
        "sender_relation",
        "consent_contact",
        "given_name",
        "family_name",
        "birth_date",
        "sex",
        "language",
        "interpreter",
        "words",
    )
    return {
        **{name: data[name] for name in same},
        "gestation_d": _WEEK_D * weeks + (days or 0) if weeks else None,
        "age_d": days_from_months(float(months)) if months is not None else None,
        "answers": form.codes(),
        "onset_precision": data["precision"],
        "onset": data["when"],
        "suspicion": on_day(suspected) if suspected else UNKNOWN_DAY,
    }
