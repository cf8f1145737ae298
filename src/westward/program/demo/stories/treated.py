"""How each simulated child is treated, by name of the course; told as far as today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story, together
from westward.program.demo.stories import drugs, eeg, follow
from westward.program.demo.stories.course import Course, pattern
from westward.program.demo.stories.way import Way
from westward.program.treatment.actions.alternative import RecordAlternative
from westward.program.treatment.actions.diet import CheckDiet, PrescribeDiet, RecordDietValue
from westward.program.treatment.actions.surgery import (
    AnswerCandidacy,
    RecordConference,
    RecordOperation,
    RecordSurgeryOutcome,
    ReferToSurgery,
)

Script = Iterator[datetime]


def first_days(way: Way) -> Script:
    """Prednisolone by weight, in its first days."""
    course = Course(way)
    yield from course.begin("prednisolone_ucla_8mgkg")
    yield from course.daily(pattern(14, 11, 12, 9, then=6))


def combined(way: Way) -> Script:
    """Prednisolone and vigabatrin together."""
    course = Course(way)
    yield from course.begin("hormone_plus_vigabatrin")
    yield from course.daily(pattern(22, 17, 15, 8, then=3))


def before_day_7(way: Way) -> Script:
    """A fixed dose of prednisolone; spasms go on, and the protocol's raised dose is proposed on day 7."""
    course = Course(way)
    yield from course.begin("prednisolone_iciss")
    yield from course.daily(pattern(18, 16, 15, 11, 9, 10, 8, then=7))


def raised(way: Way) -> Script:
    """Not free on day 7, so raised; free since; blood pressure once too high, one dose not kept down."""
    course = Course(way)
    course.over = {8: {"blood_pressure_full": ("118/76 at rest, twice", "physician called; again tomorrow")}}
    yield from course.begin("prednisolone_iciss")

    def script() -> Script:
        yield course.day(5, 8, 30)
        drugs.missed(way.stage, course.run, "vomited ten minutes after it; not given again, as the calendar says")
        yield course.day(7, 12)
        drugs.branch(way.stage, course.run, "spasms_on_day_7")
        yield course.day(9, 14)
        follow.adverse(
            way.stage, way.chart, "Blood pressure above the limit", "mild", "Measured daily; normal on day 10.",
            run=course.run,
        )  # fmt: skip
        yield from course.day_14("healthy", follow.CLEAR)

    yield from together(course.daily(pattern(17, 15, 12, 9, 6, 5, 4, 2)), script())


def appealed(way: Way) -> Script:
    """Prednisolone at once; ACTH is asked for beside it, denied, and the denial is appealed."""
    course = Course(way)
    yield from course.begin("prednisolone_ucla_8mgkg")

    def script() -> Script:
        for days, step, words in (
            (1.9, "authorization", "Asked for in case day 14 fails"),
            (1.1, "denied", "Step therapy: two weeks of prednisolone first"),
            (0.3, "appeal", "Letter of necessity sent, peer to peer asked for"),
        ):
            yield max(way.stage.ago(days), way.stage.now())
            drugs.access(way.stage, way.chart, "acth_natural", step, words)

    def red_flag() -> Script:
        yield course.day(3, 18, 5)
        follow.flag(way.stage, way.chart, course.parent, "vomiting", "Twice since noon, drinks again")
        yield way.stage.now() + timedelta(minutes=18)
        follow.answered(way.stage, way.chart, "Called back: keeps fluids, dose was kept down. Call again if once more.")

    yield from together(course.daily(pattern(13, 9, 10, 6, then=4)), script(), red_flag())


def after_access(way: Way) -> Script:
    """ACTH, three days on the way to the drug: denied, appealed, approved, shipped."""
    course = Course(way)
    stage = way.stage
    yield stage.now() + timedelta(minutes=15)
    drugs.day_zero(stage, way.chart)
    course.parent = follow.invited(stage, way.chart)
    drugs.cleared(stage, way.chart)
    for hours, step, words in (
        (1, "rems", ""),
        (2, "authorization", ""),
        (20, "denied", "Step therapy"),
        (4, "appeal", "Peer to peer with the medical director"),
        (18, "approved", ""),
        (5, "shipped", "Overnight, cold chain"),
        (19, "in_hand", ""),
    ):
        yield stage.now() + timedelta(hours=hours)
        drugs.access(stage, way.chart, "acth_natural", step, words)
    yield stage.now() + timedelta(minutes=40)
    yield from course.ordered("acth_label_150")
    drugs.done(stage, way.chart, "baseline", "protocol", "access", "teaching")
    yield from course.daily(pattern(19, 14, 9, 6, 2, 0, 3))


def failing(way: Way) -> Script:
    """No spasms seen, and the EEG of day 14 shows both: the next drug is to be decided on; a weight is doubted."""
    course = Course(way)
    yield from course.begin("prednisolone_ucla_8mgkg")

    def script() -> Script:
        yesterday = timezone.localdate(way.stage.today) - timedelta(days=1)
        number = min(max((yesterday - course.first).days + 1, 12), 18)
        yield from course.eeg(number, "hypsarrhythmia", follow.BAD)
        yield way.stage.earlier_today(0.05)
        drugs.weigh(way.stage, way.chart, grams=course.weight() - 1300)

    yield from together(course.daily(pattern(15, 13, 9, 8, 9, 7, 5, 4, 2, 1)), script())


def to_acth(way: Way) -> Script:
    """Day 14 says no, so ACTH by the approved sequence; free since, and a new weight waits for a signature."""
    course = Course(way, gain=0.0078)
    yield from course.begin("prednisolone_ucla_8mgkg")

    def script() -> Script:
        yield from course.day_14("hypsarrhythmia", follow.BAD, later=False)
        eeg.looked_at(way.stage, way.chart)
        yield way.stage.now() + timedelta(minutes=50)
        yield from course.switched("acth_label_150", words="hypsarrhythmia and spasms on the EEG of day 14")
        course.signs = False
        yield from together(course.day_14("based_2", follow.CLEAR), weight())

    def weight() -> Script:
        yield max(way.stage.earlier_today(0.2), way.stage.now())
        course.weighed()

    told = pattern(16, 14, 15, 12, 9, 9, 8, 8, 9, 7, 7, 8, 6, 7, 5, 3, 2, 1)
    yield from together(course.daily(told), script())


def responded(way: Way) -> Script:
    """ACTH by its label; spasms end on day 6, the EEG of day 14 is clear; the course has come to its end."""
    course = Course(way)
    yield from course.begin("acth_label_150")

    def script() -> Script:
        yield from course.day_14("healthy", follow.CLEAR)
        yield from course.ends()
        yield max(course.day(30, 14), way.stage.now())
        follow.assessed(way.stage, way.chart, {"cognitive": 85, "language": 80, "motor": 88})

    yield from together(course.daily(pattern(21, 16, 9, 5, 2)), script())


def lesion(way: Way) -> Script:
    """A lesion on one side: prednisolone raised and failed, vigabatrin, free; the surgical conference watches."""
    course = Course(way)
    yield from course.begin("prednisolone_iciss")

    def script() -> Script:
        yield course.day(7, 12)
        drugs.branch(way.stage, course.run, "spasms_on_day_7")
        yield from course.failed()
        yield from course.to_vigabatrin(months="six")
        yield from course.day_14("based_2", follow.CLEAR)

    yield from together(course.daily(pattern(*[12] * 14, 9, 6, 4, 2, 1)), script())


def tuberous(way: Way) -> Script:
    """Tuberous sclerosis: vigabatrin first, with eye examinations."""
    course = Course(way)
    yield from course.begin("vigabatrin_standard", tuberous_sclerosis="yes")

    def script() -> Script:
        yield from course.day_14("based_2", follow.CLEAR)
        yield course.day(46, 14)
        follow.assessed(way.stage, way.chart, {"cognitive": 75, "language": 71, "motor": 82})

    yield from together(course.daily(pattern(11, 9, 6, 3, 2, 1)), script())


def operated(way: Way) -> Script:
    """A lesion, two standard drugs without effect, an operation, free since."""
    course = Course(way)
    yield from course.begin("prednisolone_ucla_8mgkg")

    def script() -> Script:
        yield from course.failed()
        yield from course.to_vigabatrin(months="six")
        yield from course.day_14("hypsarrhythmia", follow.BAD)
        yield way.stage.after(days=1)
        AnswerCandidacy(
            **way.stage.by("physician"),
            child=way.chart,
            answers={
                "lesion": ("yes", "focal cortical dysplasia, left frontal"),
                "eeg_side": ("yes", "left frontal focus between the spasms"),
                "ictal_side": ("unknown", "too few spasms recorded"),
                "semiology": ("yes", "right arm first"),
                "failed": ("yes", "prednisolone 8 mg/kg, vigabatrin"),
                "cause_diffuse": ("no", "exome negative"),
            },
        ).execute()
        yield course.day(45, 16)
        made = RecordOperation(
            **way.stage.by("physician"), child=way.chart, kind="lesionectomy", side="left",
            on=timezone.localdate(), place="frontal lobe", pathology="Focal cortical dysplasia IIb",
        ).execute()  # fmt: skip
        yield course.day(66, 14)
        RecordSurgeryOutcome(
            **way.stage.by("physician"), child=way.chart, operation=made, on=timezone.localdate(), outcome="engel_1",
            words="No spasms since the operation; three weeks are short.",
        ).execute()  # fmt: skip

    yield from together(course.daily(pattern(*[14] * 12, *[11] * 20, *[8] * 12)), script())


def relapsed(way: Way) -> Script:
    """Remission by some definitions, then spasms again on day 58: ACTH, free once more."""
    course = Course(way)
    yield from course.begin("prednisolone_ucla_8mgkg")

    def script() -> Script:
        yield from course.day_14("based_2", follow.CLEAR)
        yield from course.ends()
        yield course.day(59, 11)
        yield from course.ordered("acth_label_150")
        yield from together(course.day_14("based_2", follow.CLEAR), development(), course.ends())

    def development() -> Script:
        yield course.day(62, 15)
        follow.assessed(way.stage, way.chart, {"cognitive": 80, "language": 77, "motor": 85})

    told = pattern(17, 12, 8, 4, 2, 1, d58=6, d59=9, d60=7, d61=4, d62=2)
    yield from together(course.daily(told), script())


def on_diet(way: Way) -> Script:
    """Prednisolone, ACTH and vigabatrin without lasting effect; a ketogenic diet, under which it is better."""
    course = Course(way)
    stage = way.stage
    yield from course.begin("prednisolone_iciss")

    def script() -> Script:
        yield course.day(4, 15)
        follow.assessed(stage, way.chart, {"cognitive": 70, "language": 65, "motor": 70})
        yield course.day(7, 12)
        drugs.branch(stage, course.run, "spasms_on_day_7")
        yield from course.failed()
        yield from course.switched(
            "acth_label_150", words="hypsarrhythmia on the EEG of day 14",
            off_protocol="No source joins the two; decided with the family",
        )  # fmt: skip
        yield from course.failed()
        yield from course.to_vigabatrin("hypsarrhythmia on the EEG of day 14 of ACTH", months="twelve")
        yield from course.failed()
        ReferToSurgery(**stage.by("physician"), child=way.chart, reason="failures").execute()
        yield course.at(timezone.localdate() + timedelta(days=1), 11)
        course.weighed()
        diet = PrescribeDiet(
            **stage.by("physician"), child=way.chart, start=timezone.localdate(), ratio=Decimal("3.00"), kcal=640,
            protein_mg=11_000, meals=5, fluid_ml=850, supplements="Simulated: multivitamin, calcium, vitamin D",
            source="Simulated numbers of this demonstration; no protocol of any hospital",
        ).execute()  # fmt: skip
        CheckDiet(**stage.by("nurse"), child=way.chart, diet=diet).execute()
        for days, ketones, glucose in ((3, "2.4", "4.4"), (9, "3.8", "4.1"), (24, "4.1", "4.2"), (38, "3.9", "4.3")):
            yield course.at(diet.start + timedelta(days=days), 10)
            if days == 9:
                RecordConference(
                    **stage.by("physician"), child=way.chart, on=timezone.localdate(),
                    present="Neurology, neurosurgery, radiology, EEG",
                    note="No lesion, EEG of both sides, PET not done: nothing to resect is seen now.",
                    plan="PET; again if the diet does not work.",
                ).execute()  # fmt: skip
            for kind, value in (("ketones_blood", ketones), ("glucose", glucose)):
                RecordDietValue(
                    **stage.by("nurse"), child=way.chart, diet=diet, kind=kind, value=value, unit="mmol/L",
                    on=timezone.localdate(),
                ).execute()  # fmt: skip
        yield max(course.day(92, 10), stage.now())
        follow.outcome(
            stage, way.chart, 3, spasms="no", other_seizures="no", hypsarrhythmia="unknown",
            medicines="vigabatrin, ketogenic diet 3 : 1",
        )  # fmt: skip
        follow.assessed(stage, way.chart, {"cognitive": 60, "language": 58, "motor": 65})

    def beside() -> Script:
        yield course.day(40, 15)
        RecordAlternative(
            **stage.by("nurse"), child=way.chart, kind="supplement", what="fish oil, half a teaspoon a day",
            from_on=timezone.localdate() - timedelta(days=6), told_by="mother",
        ).execute()  # fmt: skip

    told = pattern(*[16] * 14, *[13] * 14, *[12] * 11, *[4] * 9)
    yield from together(course.daily(told), script(), beside())


def moved(way: Way) -> Script:
    """Free since day 5, the EEG clear; then the family moves."""
    course = Course(way)
    yield from course.begin("prednisolone_ucla_8mgkg")
    yield from together(course.daily(pattern(9, 7, 4, 1)), course.day_14("based_2", follow.CLEAR))


def infection(way: Way) -> Script:
    """ACTH without effect, vigabatrin, a severe infection."""
    course = Course(way)
    yield from course.begin("acth_label_150")

    def script() -> Script:
        yield from course.failed()
        yield from course.to_vigabatrin(months="twelve")
        yield course.day(31, 13)
        follow.adverse(
            way.stage, way.chart, "Pneumonia", "life_threatening", "Intensive care; stress doses of hydrocortisone."
        )

    yield from together(course.daily(pattern(*[18] * 14, then=9)), script())


def lost(way: Way) -> Script:
    """Vigabatrin, free since day 8; then nobody answers any more."""
    course = Course(way)
    yield from course.begin("vigabatrin_standard")

    def script() -> Script:
        yield from course.day_14("based_2", follow.CLEAR)
        yield course.day(47, 11)
        follow.following(
            way.stage, way.chart, "lost", "Three calls and a letter without an answer; the practice has not seen them."
        )

    yield from together(course.daily(pattern(8, 8, 5, 4, 2, 1, 1), until=38), script())


COURSES: dict[str, Callable[[Way], Script]] = {
    one.__name__: one
    for one in (
        first_days, combined, before_day_7, raised, appealed, after_access, failing, to_acth, responded, lesion,
        tuberous, operated, relapsed, on_diet, moved, infection, lost,
    )
}  # fmt: skip


def to_today(way: Way, *more: Story) -> Story:
    """From the diagnosis on: the treatment, the letter, and ``more``, all at once."""
    return together(COURSES[way.child.course](way), way.written(), *more)


def while_searching(search: Callable[[Way], Story]) -> Callable[[Stage, Child], Story]:
    """The story of a child who is diagnosed, and treated while the cause is searched for."""

    def story(stage: Stage, child: Child) -> Story:
        way = Way(stage, child)
        yield from way.to_diagnosis()
        yield from to_today(way, search(way))

    return story
