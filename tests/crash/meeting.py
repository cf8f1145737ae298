"""Two processes at one recording, child or chart: ``python -m tests.crash.meeting WORD ... GATE``."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

from tests.crash.racing import ROUNDS, _wait  # sets Django up

from django.db import connection  # isort: skip
from django.utils import timezone  # isort: skip
from tests.crash.acting import by, tell  # isort: skip

from westward.program.acts import InvalidActError  # isort: skip
from westward.program.audit.queries import walk  # isort: skip
from westward.program.diagnosis import ages  # isort: skip
from westward.program.diagnosis.actions.attach import AttachRecording, RejectRecording  # isort: skip
from westward.program.diagnosis.models import Recording, Study  # isort: skip
from westward.program.people.actions.correct_child import CorrectChild  # isort: skip
from westward.program.people.models import Child  # isort: skip
from westward.program.referral.actions.accept import Accept  # isort: skip
from westward.program.referral.actions.receive import Receive  # isort: skip
from westward.program.referral.models import Referral  # isort: skip

NAMES = ("Abara", "Brook", "Castel", "Dunn", "Eker", "Fjord", "Gomez", "Hylton")


def scene() -> None:
    """For each name a chart with a recording that is on none, and two referrals of one more child."""
    asked, now = by(), timezone.now()
    for n, name in enumerate(NAMES[:ROUNDS]):
        Child.objects.create(
            pseudonym=f"W-{n}", family_name=name, given_name="Kit", birth_date=date(2025, 3, 1), simulated=True
        )
        Recording.objects.create(
            source="folder", sha256=f"{n:064d}", size_bytes=1, original_name="a.edf", folder=f"recordings/{n}",
            main="a.edf", readable=True, header_name=f"{name} Kit", header_start="2025-10-05T21:30:00",
            arrived_at=now, simulated=True,
        )  # fmt: skip
        for given in ("Luz", "LUZ"):
            Receive(
                **asked, source="phone", sender_name="Dr. Chu", sender_phone="1", family_name=f"O{name.lower()}son",
                given_name=given, birth_date=date(2025, 6, 1), simulated=True,
            ).execute()  # fmt: skip


def attach(to: str, gate: str) -> None:
    """Attach each recording to its chart, or all to the first; all are as they were before the gate opened."""
    asked, charts = by(), list(Child.objects.order_by("pk"))
    found = list(Recording.objects.order_by("pk"))
    _wait(gate)
    for n, recording in enumerate(found):
        chart = charts[n] if to == "own" else charts[0]
        _do(AttachRecording(**asked, child=chart, recording=recording, seen="unassigned"), "attached", recording.pk)


def reject(gate: str) -> None:
    """Reject each recording."""
    asked, found = by(), list(Recording.objects.order_by("pk"))
    _wait(gate)
    for recording in found:
        _do(RejectRecording(**asked, recording=recording, reason="a test of the cap"), "rejected", recording.pk)


def correct(gate: str) -> None:
    """Correct the birth date of each child."""
    asked, charts = by(), list(Child.objects.order_by("pk"))
    _wait(gate)
    for child in charts:
        _do(CorrectChild(**asked, child=child, facts={"birth_date": date(2025, 4, 1)}), "corrected", child.pk)


def accept(which: str, gate: str) -> None:
    """Accept the first or the second referral of each child into a new chart."""
    asked, found = by(), list(Referral.objects.order_by("pk"))[int(which) :: 2]
    _wait(gate)
    for one in found:
        _do(Accept(**asked, referral=one), "opened", one.pk)


def _do(act: Any, word: str, key: int) -> None:
    try:
        act.execute()
        tell(f"{word} {key}")
    except InvalidActError as error:
        tell(f"refused {error}")


def found() -> None:
    """States of recordings, studies on charts, charts, whether every age is that of the chart, the chain."""
    states = sorted(Recording.objects.values_list("state", flat=True))
    studies = Study.objects.on_charts().select_related("child")
    aged = [(one.analyses.exclude(state="failed").get().age_d, ages.of(one)) for one in studies if not one.stopped]
    right = all(now is not None and then == now.days for then, now in aged)
    since = timezone.now() - timedelta(hours=1)
    opened = Child.objects.filter(created_at__gte=since, family_name__endswith="son").count()
    tell(f"{states.count('attached')} {states.count('rejected')} {len(studies)} {opened} {right} {walk().whole}")


if __name__ == "__main__":
    words: dict[str, Any] = {
        "scene": scene, "attach": attach, "reject": reject, "correct": correct, "accept": accept, "found": found,
    }  # fmt: skip
    words[sys.argv[1]](*sys.argv[2:])
    connection.close()
