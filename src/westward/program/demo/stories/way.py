"""The way from the referral to the cause, told as far as each child has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.demo.stories import cause, decision, eeg, intake
from westward.program.diagnosis.models import EegOrder, Study
from westward.program.people.models import Child as Chart

WRITTEN_D = 0.9
"""Days before today from which on a referral has its letter; of a later one it waits for the signature."""


class Way:
    """One child's way; each part is a generator of moments, and leaves what it made."""

    chart: Chart
    ordered: EegOrder
    study: Study | None = None

    def __init__(self, stage: Stage, child: Child) -> None:
        self.stage, self.child = stage, child
        self.accepted = False

    def to_chart(self) -> Iterator[datetime]:
        """Referred, called, accepted."""
        stage, child = self.stage, self.child
        yield stage.ago(child.began_d)
        referral = intake.refer(stage, child)
        yield stage.after(minutes=stage.rng.randrange(5, 50))
        intake.call(stage, child, referral)
        yield stage.after(minutes=stage.rng.randrange(3, 15))
        self.chart, self.accepted = intake.accept(stage, child, referral), True
        if child.began_d > WRITTEN_D:
            yield stage.after(minutes=20)
            decision.letter(stage, self.chart, "referral_received")

    def to_order(self) -> Iterator[datetime]:
        """An EEG is ordered."""
        if not self.accepted:
            yield from self.to_chart()
        yield self.stage.after(minutes=12)
        self.ordered = eeg.order(self.stage, self.chart)

    def to_eeg(self, *, today: bool = False) -> Iterator[datetime]:
        """Booked, recorded, and where the child has a recording, analyzed; ``today`` if the hour allows."""
        stage = self.stage
        yield from self.to_order()
        yield stage.after(minutes=10)
        soon = stage.now() + timedelta(hours=2)
        appointment = eeg.book_today(stage, self.chart) if today else eeg.book(stage, self.chart, earliest=soon)
        yield eeg.ended(appointment)
        eeg.kept(stage, self.chart, appointment, self.ordered)
        if self.child.eeg and stage.recorder.on:
            yield stage.now() + timedelta(minutes=20)
            self.study = eeg.attach(stage, self.child, self.chart, self.ordered, began=appointment.starts)

    def to_read(self) -> Iterator[datetime]:
        """Read blind, compared, signed."""
        yield from self.to_eeg()
        if self.study is not None:
            yield self.stage.now() + timedelta(minutes=70)
            eeg.read(self.stage, self.child, self.chart, self.study)
            yield self.stage.now() + timedelta(minutes=10)
            eeg.sign(self.stage, self.chart, self.study)

    def to_diagnosis(self) -> Iterator[datetime]:
        """Confirmed by criteria."""
        yield from self.to_read()
        yield self.stage.now() + timedelta(minutes=40)
        decision.confirm(self.stage, self.chart)

    def written(self) -> Iterator[datetime]:
        """The family is called, the referring doctor gets a letter."""
        yield self.stage.now() + timedelta(minutes=210)
        decision.told(self.stage, self.chart, "What was found, the first dose, whom to call in the night.")
        yield self.stage.after(minutes=50)
        decision.letter(self.stage, self.chart, "diagnosis")

    def to_workup(self) -> Iterator[datetime]:
        """The search is open; imaging and the first tests as far as today."""
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


def missed_eeg(stage: Stage, child: Child) -> Story:
    """Late: the family did not come, could not be reached at first, and comes now."""
    way = Way(stage, child)
    yield from way.to_order()
    yield stage.after(minutes=15)
    appointment = eeg.book(stage, way.chart, earliest=stage.now() + timedelta(hours=2))
    yield eeg.ended(appointment)
    eeg.missed(stage, way.chart, appointment, "Nobody came and nobody had called.")
    yield stage.after(minutes=30)
    decision.told(stage, way.chart, "No answer, message left.", by="coordinator", reached=False)
    yield stage.ago(0.4)
    decision.told(stage, way.chart, "The car had broken down. A ride is paid for; they come.", by="coordinator")
    yield stage.ago(0.38)
    eeg.book(stage, way.chart, earliest=stage.today + timedelta(hours=1))


def released_eeg(stage: Stage, child: Child) -> Story:
    """Late: the slot was given away because no interpreter was there; the next one stands."""
    way = Way(stage, child)
    yield from way.to_order()
    yield stage.after(minutes=15)
    appointment = eeg.book(stage, way.chart, earliest=stage.now() + timedelta(hours=20))
    yield stage.after(minutes=240)
    eeg.released(stage, way.chart, appointment, "The interpreter fell ill; no other could be found for that night.")
    decision.told(stage, way.chart, "The new day is told as soon as an interpreter is found.", by="coordinator")


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
    yield from Way(stage, child).to_eeg(today=True)


def own_read(stage: Stage, child: Child) -> Story:
    """The reader has a grade of their own and has not seen the engine's."""
    way = Way(stage, child)
    yield from way.to_eeg(today=True)
    if way.study is not None:
        yield stage.now() + timedelta(minutes=15)
        eeg.read(stage, child, way.chart, way.study)


def not_spasms(stage: Stage, child: Child) -> Story:
    """Something else."""
    way = Way(stage, child)
    yield from way.to_read()
    yield stage.now() + timedelta(minutes=60)
    decision.not_spasms(stage, way.chart)
    yield stage.after(minutes=120)
    decision.letter(stage, way.chart, "diagnosis")


def confirmed(way: Way) -> Story:
    """The search for the cause begins."""
    yield from way.to_workup()


def worked_up(way: Way) -> Story:
    """Imaging and metabolic tests done, microarray and exome under way."""
    stage = way.stage
    yield from way.to_workup()
    yield stage.after(days=2)
    cause.image(stage, way.chart)
    yield stage.after(days=2)
    yield from cause.metabolic(stage, way.chart)
    yield stage.after(days=4)
    yield from cause.negative(stage, way.chart, "microarray")


def cause_found(way: Way) -> Story:
    """A malformation on imaging, or a gene."""
    stage = way.stage
    yield from way.to_workup()
    lesion = way.child.sex == "male"
    yield stage.after(days=2)
    scan = cause.image(stage, way.chart, lesion=lesion)
    yield stage.after(days=2)
    yield from cause.metabolic(stage, way.chart)
    if lesion:
        yield from cause.surgery(stage, way.chart)
    else:
        yield stage.after(days=5)
        yield from cause.negative(stage, way.chart, "microarray")
    yield stage.after(days=2)
    yield from cause.exome(stage, way.chart, found=not lesion)
    yield stage.after(days=1)
    if lesion:
        cause.classed(stage, way.chart, "structural_congenital", "focal cortical dysplasia", (f"imaging:{scan.pk}",))
    else:
        result = cause.order_of(way.chart, "exome").results.latest("pk")
        cause.classed(stage, way.chart, "genetic_structural", "TSC2", (f"result:{result.pk}",))


def cause_unknown(way: Way) -> Story:
    """Every tier is negative, the genome too."""
    stage = way.stage
    yield from way.to_workup()
    yield stage.after(days=3)
    cause.image(stage, way.chart)
    yield stage.after(days=2)
    yield from cause.metabolic(stage, way.chart)
    yield stage.after(days=5)
    yield from cause.negative(stage, way.chart, "microarray")
    yield stage.after(days=3)
    yield from cause.exome(stage, way.chart, found=False)
    yield stage.after(days=2)
    yield from cause.negative(stage, way.chart, "genome")
    yield stage.after(days=2)
    cause.classed(stage, way.chart, "unknown", "")
