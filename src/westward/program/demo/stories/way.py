"""The way from the referral to the cause, told as far as each child has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.demo.stories import cause, decision, eeg, intake
from westward.program.diagnosis.models import EegOrder, Study
from westward.program.people.models import Child as Chart


class Way:
    """One child's way; each part is a generator of moments, and leaves what it made."""

    chart: Chart
    ordered: EegOrder
    study: Study | None = None

    def __init__(self, stage: Stage, child: Child) -> None:
        self.stage, self.child = stage, child

    def to_chart(self) -> Iterator[datetime]:
        """Referred, called, accepted."""
        stage, child = self.stage, self.child
        yield stage.ago(child.began_d)
        referral = intake.refer(stage, child)
        yield stage.after(minutes=stage.rng.randrange(5, 50))
        intake.call(stage, child, referral)
        yield stage.after(minutes=stage.rng.randrange(3, 15))
        self.chart = intake.accept(stage, child, referral)

    def to_order(self) -> Iterator[datetime]:
        """An EEG is ordered, the referring doctor told."""
        yield from self.to_chart()
        yield self.stage.after(minutes=12)
        self.ordered = eeg.order(self.stage, self.chart)
        if self.child.began_d > 2:
            yield self.stage.after(minutes=30)
            decision.letter(self.stage, self.chart, "referral_received")

    def to_eeg(self) -> Iterator[datetime]:
        """Booked, recorded, and where the child has a recording, analyzed."""
        yield from self.to_order()
        yield self.stage.after(minutes=10)
        appointment = eeg.book(self.stage, self.chart, earliest=self.stage.now() + timedelta(hours=2))
        yield eeg.ended(appointment)
        if self.child.eeg and self.stage.recorder.on:
            eeg.kept(self.stage, self.chart, appointment, self.ordered)
            yield self.stage.now() + timedelta(minutes=20)
            self.study = eeg.attach(self.stage, self.child, self.chart, self.ordered, began=appointment.starts)
        else:
            eeg.done(self.stage, self.chart, self.ordered)

    def to_read(self) -> Iterator[datetime]:
        """Read blind, compared, signed."""
        yield from self.to_eeg()
        if self.study is not None:
            yield self.stage.now() + timedelta(minutes=70)
            eeg.read(self.stage, self.child, self.chart, self.study)
            yield self.stage.now() + timedelta(minutes=10)
            eeg.sign(self.stage, self.chart, self.study)

    def to_diagnosis(self) -> Iterator[datetime]:
        """Confirmed by criteria, treated, the letter sent."""
        yield from self.to_read()
        yield self.stage.now() + timedelta(minutes=40)
        decision.confirm(self.stage, self.chart)
        yield self.stage.now() + timedelta(minutes=90)
        decision.treat(self.stage, self.chart, self.stage.rng.choice(("prednisolone", "vigabatrin", "ACTH")))
        yield self.stage.after(minutes=200)
        decision.letter(self.stage, self.chart, "diagnosis")

    def to_workup(self) -> Iterator[datetime]:
        """The search is open; imaging and the first tests as far as today."""
        yield from self.to_diagnosis()
        yield self.stage.after(minutes=60)
        yield from cause.begin(self.stage, self.chart)
        yield self.stage.after(days=1)
        yield from cause.send_exome(self.stage, self.chart)


def accepted(stage: Stage, child: Child) -> Story:
    """A chart, and no order yet."""
    yield from Way(stage, child).to_chart()


def ordered(stage: Stage, child: Child) -> Story:
    """An order that waits for a slot."""
    yield from Way(stage, child).to_order()


overdue_eeg = ordered


def booked(stage: Stage, child: Child) -> Story:
    """A slot that is still to come."""
    way = Way(stage, child)
    yield from way.to_order()
    yield stage.after(minutes=15)
    eeg.book(stage, way.chart, earliest=stage.today + timedelta(hours=1))


def wrong_child(stage: Stage, child: Child) -> Story:
    """The recording of another child was uploaded; a person has to say whose it is."""
    way = Way(stage, child)
    yield from way.to_order()
    yield stage.after(minutes=10)
    appointment = eeg.book(stage, way.chart, earliest=stage.now() + timedelta(hours=2))
    yield eeg.ended(appointment)
    eeg.kept(stage, way.chart, appointment, way.ordered)
    if stage.recorder.on:
        yield stage.now() + timedelta(minutes=20)
        other = Chart.objects.filter(family_name="Lark").first() or way.chart
        eeg.attach(stage, child, way.chart, way.ordered, began=appointment.starts, of=other)


def to_read(stage: Stage, child: Child) -> Story:
    """Analyzed; nobody has read it."""
    yield from Way(stage, child).to_eeg()


def own_read(stage: Stage, child: Child) -> Story:
    """The reader has a grade of their own and has not seen the engine's."""
    way = Way(stage, child)
    yield from way.to_eeg()
    if way.study is not None:
        yield stage.now() + timedelta(minutes=60)
        eeg.read(stage, child, way.chart, way.study)


def confirmed(stage: Stage, child: Child) -> Story:
    """Diagnosed; the search for the cause begins."""
    yield from Way(stage, child).to_workup()


def not_spasms(stage: Stage, child: Child) -> Story:
    """Something else."""
    way = Way(stage, child)
    yield from way.to_read()
    yield stage.now() + timedelta(minutes=60)
    decision.not_spasms(stage, way.chart)
    yield stage.after(minutes=120)
    decision.letter(stage, way.chart, "diagnosis")


def worked_up(stage: Stage, child: Child) -> Story:
    """Imaging done, the exome under way."""
    way = Way(stage, child)
    yield from way.to_workup()
    yield stage.after(days=2)
    cause.image(stage, way.chart)
    yield stage.after(days=5)
    cause.metabolic(stage, way.chart)


def cause_found(stage: Stage, child: Child) -> Story:
    """A malformation on imaging, or a gene."""
    way = Way(stage, child)
    yield from way.to_workup()
    lesion = child.sex == "male"
    yield stage.after(days=2)
    scan = cause.image(stage, way.chart, lesion=lesion)
    yield stage.after(days=4)
    cause.metabolic(stage, way.chart)
    yield stage.after(days=18)
    yield from cause.exome(stage, way.chart, found=not lesion)
    yield stage.after(days=1)
    if lesion:
        cause.classed(stage, way.chart, "structural_congenital", "focal cortical dysplasia", (f"imaging:{scan.pk}",))
    else:
        result = cause.order_of(way.chart, "exome").results.latest("pk")
        cause.classed(stage, way.chart, "genetic_structural", "TSC2", (f"result:{result.pk}",))


def cause_unknown(stage: Stage, child: Child) -> Story:
    """Everything of the first tier is negative."""
    way = Way(stage, child)
    yield from way.to_workup()
    yield stage.after(days=3)
    cause.image(stage, way.chart)
    yield stage.after(days=6)
    cause.metabolic(stage, way.chart)
    yield stage.after(days=24)
    yield from cause.exome(stage, way.chart, found=False)
    yield stage.after(days=2)
    cause.classed(stage, way.chart, "unknown", "")
