"""Steps of the diagnosis: history, decision, first treatment, letters."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from westward.program.demo.stage import Stage
from westward.program.diagnosis.actions.decide import Assess, Decide
from westward.program.letters.actions.draft import Draft
from westward.program.letters.actions.edit import Edit
from westward.program.letters.actions.send import ConfirmReceived, Send
from westward.program.letters.actions.sign import Sign
from westward.program.letters.blocks import GAP_CLOSES, GAP_OPENS, Block, Slot, from_data, gaps
from westward.program.letters.choices import LetterKind, LetterState
from westward.program.letters.models import Letter
from westward.program.letters.queries import recipients
from westward.program.letters.views import compose
from westward.program.people.models import Child as Chart
from westward.program.referral.actions.contact import LogChildContact

HISTORY = {"spasms": "yes", "clusters_by_history": "yes", "plateau_or_regression": "yes", "eeg_available": "yes"}
SIGNS = {"type": "flexor", "symmetric": "yes", "clusters": "yes", "on_awakening": "yes", "video": "yes", "cry": "yes"}


def confirm(stage: Stage, chart: Chart) -> None:
    """Asked, and decided on explicit criteria."""
    onset = timezone.localdate() - timedelta(days=9)
    onset = max(onset, chart.birth_date)
    Assess(
        **stage.by("physician"),
        child=chart,
        part="history",
        answers=HISTORY,
        onset_earliest=onset,
        onset_latest=onset + timedelta(days=3),
    ).execute()
    Assess(**stage.by("physician"), child=chart, part="semiology", answers=SIGNS).execute()
    Decide(
        **stage.by("physician"),
        child=chart,
        outcome="confirmed",
        on=timezone.localdate(),
        words="Spasms in clusters on waking; EEG and history together.",
    ).execute()


def told(stage: Stage, chart: Chart, words: str, *, by: str = "nurse", reached: bool = True) -> None:
    """A call to the family, in the log."""
    LogChildContact(
        **stage.by(by),
        child=chart,
        at=stage.now(),
        with_whom="parent",
        reached=reached,
        interpreter="yes" if chart.interpreter and reached else "not_needed",
        words=words,
    ).execute()


NO_SPASMS = "Benign sleep myoclonus: jerks in sleep only, EEG normal with events."
WATCHED = "No events so far and a normal EEG; at risk, so watched."


def not_spasms(stage: Stage, chart: Chart, words: str = NO_SPASMS) -> None:
    """Asked, and something else."""
    Assess(
        **stage.by("physician"),
        child=chart,
        part="history",
        answers={"spasms": "no", "plateau_or_regression": "no", "eeg_available": "yes"},
    ).execute()
    Decide(
        **stage.by("physician"),
        child=chart,
        outcome="not",
        on=timezone.localdate(),
        words=words,
    ).execute()


WORDS = {
    "referral_received": {
        Slot.FOUND: "The referral came today and was answered by phone; an EEG with sleep is ordered.",
        Slot.NEXT: "The EEG, its reading the same day, and a call to you and the family.",
    },
    "diagnosis": {
        Slot.FOUND: "The EEG was read and the diagnosis was decided on explicit criteria; see the enclosed report.",
        Slot.NEXT: "The first treatment has begun; the search for the cause follows; an EEG again on day 14.",
    },
}
"""What is written where the chart leaves a gap."""

RULE = "by the rule of the simulated hospital"
"""What stands for a dose that this site has not entered."""


def _fill(stage: Stage, one: Letter) -> None:
    """Write words where the draft has gaps, as a person would."""
    blocks = from_data(one.versions.get(number=one.latest).blocks)
    texts = {place: _written(one.kind, block) for place, block in enumerate(blocks) if gaps((block,))}
    if texts:
        Edit(**stage.by("physician"), letter=one, seen=one.latest, texts=texts).execute()
        one.refresh_from_db()


def _written(kind: str, block: Block) -> str:
    """The block without its gaps; the rest of a block that says more than its gap stays."""
    if kind == LetterKind.TREATMENT_START:
        return re.sub(f"{re.escape(GAP_OPENS)}.*?{re.escape(GAP_CLOSES)}", RULE, block.text)
    return WORDS.get(kind, {}).get(block.slot, "See the enclosed report.")


def letter(stage: Stage, chart: Chart, kind: str, *, sign: bool = True, send: bool = True) -> Letter | None:
    """A letter to the referring doctor, signed and sent; None if the chart has nobody to write to."""
    found = list(recipients(chart))
    if not found:
        return None
    recipient = next(iter(found))
    blocks = compose(chart, kind, recipient, "en")
    waiting = Letter.objects.filter(child=chart, kind=kind, state=LetterState.DRAFT).first()
    one: Letter = (
        waiting or Draft(**stage.by("physician"), child=chart, kind=kind, recipient=recipient, blocks=blocks).execute()
    )
    if sign:
        _fill(stage, one)
        one = Sign(**stage.by("physician"), letter=one, seen=one.latest).execute()
        if send:
            sent = Send(**stage.by("coordinator"), letter=one, channel="fax", to="555-0190").execute()
            ConfirmReceived(**stage.by("coordinator"), letter=one, dispatch=sent, confirmation="fax report").execute()
    return one
