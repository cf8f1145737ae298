"""Make the next plan of a run: the calendar of its protocol for the measures, bottles and branches it has now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.calendar_document import document
from westward.care.dosing import Body
from westward.care.strength import Strength, strength
from westward.core.errors import RefusedError, UsageError
from westward.evidence.protocol import Protocol, from_texts
from westward.program.accounts.models import User
from westward.program.acts import InvalidActError
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.queries import newest_plan


def protocol_of(run: Run) -> Protocol:
    """The very version that the run keeps."""
    return from_texts(run.protocol, run.texts)


def calendar(
    protocol: Protocol,
    *,
    start: date,
    body: Body,
    approved: bool,
    strengths: Mapping[str, str] | None = None,
    branches: Sequence[Mapping[str, Any]] = (),
    adjustments: Sequence[Mapping[str, Any]] = (),
) -> Calendar:
    """The calendar, with days put in.

    Raises
    ------
    InvalidActError
        If it cannot be made, in the words of the rule.
    """
    try:
        made = build(
            protocol,
            body,
            start=start,
            strengths=read(strengths or {}),
            chosen=[Chosen(branch=str(b["branch"]), day=int(b["day"])) for b in branches],
            approved=approved,
        )
        return adjust(made, [Adjustment(Kind(a["kind"]), int(a["day"]), int(a["days"])) for a in adjustments])
    except (UsageError, RefusedError) as error:
        raise InvalidActError(str(error)) from None


def read(strengths: Mapping[str, str]) -> dict[str, Strength]:
    """Strengths as they stand on the bottles."""
    return {drug: strength(words) for drug, words in strengths.items()}


def next_plan(run: Run, *, user: User, reason: str, words: str = "", **changes: Any) -> Plan:
    """Store the next version: what the last one rests on, with ``changes``; unsigned.

    Parameters
    ----------
    **changes
        ``weight_g``, ``length_mm``, ``branches``, ``adjustments`` or ``strengths`` in place of the last plan's.

    Raises
    ------
    InvalidActError
        If the calendar cannot be made.
    """
    last = newest_plan(run)
    rests: dict[str, Any] = {
        "weight_g": last.weight_g if last else None,
        "length_mm": last.length_mm if last else None,
        "branches": last.branches if last else [],
        "adjustments": last.adjustments if last else [],
        "strengths": last.strengths if last else {},
    } | changes
    body = Body(weight_g=rests["weight_g"], length_mm=rests["length_mm"])
    made = calendar(
        protocol_of(run),
        start=run.start,
        body=body,
        approved=run.approved,
        strengths=rests["strengths"],
        branches=rests["branches"],
        adjustments=rests["adjustments"],
    )
    content = document(
        made,
        body=body,
        start=run.start,
        strengths=[f"{drug}={words_}" for drug, words_ in sorted(rests["strengths"].items())],
        branches=[f"{one['branch']}@{one['day']}" for one in rests["branches"]],
    )
    dosed = [day.date for day in made.days if day.doses]
    return Plan.objects.create(
        run=run,
        number=(last.number if last else 0) + 1,
        reason=reason,
        words=words,
        document=content,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        last_day=max(dosed, default=run.start),
        made_by=user,
        made_at=timezone.now(),
        **rests,
    )
