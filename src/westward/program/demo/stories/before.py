"""Referrals that have no chart."""

from __future__ import annotations

from datetime import timedelta

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.demo.stories import intake
from westward.program.referral.actions.decide import Decline, Redirect
from westward.program.referral.actions.notify import watch


def waiting(stage: Stage, child: Child) -> Story:
    """Nobody has answered yet."""
    yield stage.ago(child.began_d)
    intake.refer(stage, child)


def unanswered(stage: Stage, child: Child) -> Story:
    """Nobody has answered in time; the program asked and told the next on duty."""
    yield stage.ago(child.began_d)
    referral = intake.refer(stage, child)
    yield referral.escalate_at + timedelta(minutes=1)
    watch()


def contacted(stage: Stage, child: Child) -> Story:
    """Reached; the decision waits."""
    yield stage.ago(child.began_d)
    referral = intake.refer(stage, child)
    yield stage.after(minutes=stage.rng.randrange(5, 40))
    intake.call(stage, child, referral, by="nurse")


def declined(stage: Stage, child: Child) -> Story:
    """Answered with advice."""
    yield stage.ago(child.began_d)
    referral = intake.refer(stage, child)
    yield stage.after(minutes=30)
    intake.call(stage, child, referral)
    yield stage.after(minutes=20)
    Decline(
        **stage.by("physician"),
        referral=referral,
        reason="Single jerks at the onset of sleep; gains skills; video shows sleep myoclonus.",
        advice="Film again if events come in rows or awake; call at once then.",
    ).execute()


def redirected(stage: Stage, child: Child) -> Story:
    """Sent to whoever is right."""
    yield stage.ago(child.began_d)
    referral = intake.refer(stage, child)
    yield stage.after(minutes=45)
    intake.call(stage, child, referral, by="nurse")
    yield stage.after(minutes=20)
    Redirect(
        **stage.by("physician"),
        referral=referral,
        reason="Staring spells in an older child.",
        advice="See the general epilepsy clinic; call again if events come in rows.",
        to="General epilepsy clinic",
    ).execute()
