"""A ketogenic diet: prescribe, check, record, stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from django.utils import timezone

from westward.care import plausible
from westward.care.diet import prescribe
from westward.care.safety import Verdict, assess
from westward.core.errors import UsageError
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.actions.base import need_words
from westward.program.treatment.choices import DietValueKind, MeasuredKind
from westward.program.treatment.models import Diet, DietValue
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import latest, latest_usable, open_runs, safety_answers, treatments

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PrescribeDiet(ChildAct[Diet]):
    """Prescribe a diet by the site's own numbers; contraindications come first, a second person checks.

    Attributes
    ----------
    ratio : Decimal
        Fat over protein and carbohydrate together, by weight, two decimals at most.
    source : str
        Where every number comes from: Westward ships none.
    overrides : mapping of str to str
        Written reason for each blocking rule that is set aside, by its id.
    """

    verb = "treatment.diet"
    start: date
    ratio: Decimal
    kcal: int
    protein_mg: int
    meals: int
    fluid_ml: int
    supplements: str
    source: str
    overrides: Mapping[str, str] = field(default_factory=dict)

    def validate(self) -> None:
        """Contraindications answered and none present, a fresh weight, numbers that fit together, their source."""
        if self.child.silent(timezone.localdate()):
            raise InvalidActError("the chart is closed; nothing is started")
        if self.start < self.child.birth_date:
            raise InvalidActError(f"a start on {dated(self.start)} lies before birth")
        need_words(self.source, "where the numbers come from: a local protocol or a publication with its place")
        need_words(self.supplements, "which supplements, or that none are given and why")
        if self.ratio != round(self.ratio, 2):
            raise InvalidActError(f"the ratio {self.ratio} has more than two decimals")
        if self.fluid_ml <= 0:
            raise InvalidActError("fluids a day are missing")
        self._safe()
        self._weight()
        self._macros()

    def _safe(self) -> None:
        running = treatments(protocol_of(run) for run in open_runs(self.child))
        facts = safety_answers(self.child)
        findings = assess({"diet", *running}, facts)
        mine = [finding for finding in findings if "diet" in finding.rule.applies_to]
        ask = [finding.rule.when.replace("_", " ") for finding in mine if finding.verdict is Verdict.ASK]
        if ask:
            raise InvalidActError(f"exclude first: {', '.join(ask)}")
        blocked = [
            f.rule for f in mine if f.verdict is Verdict.BLOCKS and not self.overrides.get(f.rule.id, "").strip()
        ]
        if blocked:
            why = "; ".join(f"{rule.when.replace('_', ' ')} ({rule.reason})" for rule in blocked)
            raise InvalidActError(f"not with {why}; a physician may set it aside with a written reason")

    def _weight(self) -> int:
        newest, usable = latest(self.child, MeasuredKind.WEIGHT), latest_usable(self.child, MeasuredKind.WEIGHT)
        if usable is None:
            raise InvalidActError("the diet is prescribed by weight: measure it first")
        if newest is not None and newest.pk != usable.pk:
            raise InvalidActError("the last weight is doubted; confirm or measure again")
        if plausible.too_old(
            plausible.Measurement(plausible.Kind(MeasuredKind.WEIGHT), usable.value, usable.on), on=self.start
        ):
            raise InvalidActError(f"the last weight is of {dated(usable.on)}, too old; measure again")
        return usable.value

    def _macros(self) -> tuple[dict[str, int], dict[str, int]]:
        try:
            day, meal = prescribe(
                kcal=self.kcal, ratio=Fraction(self.ratio), protein_mg=self.protein_mg, meals=self.meals
            )
        except UsageError as error:
            raise InvalidActError(str(error)) from None
        return asdict(day), asdict(meal)

    def write(self) -> tuple[Diet, Told]:
        """The prescription; it takes the place of the one that stands."""
        day, meal = self._macros()
        before = self.child.diets.filter(stopped_on=None, superseded_by=None).first()
        made = Diet.objects.create(
            child=self.child,
            start=self.start,
            weight_g=self._weight(),
            ratio_hundredths=int(self.ratio * 100),
            kcal=self.kcal,
            protein_mg=self.protein_mg,
            meals=self.meals,
            fluid_ml=self.fluid_ml,
            supplements=self.supplements.strip(),
            source=self.source.strip()[:300],
            day=day,
            meal=meal,
            overrides={key: why.strip() for key, why in self.overrides.items() if why.strip()},
            ordered_by=self.user,
            ordered_at=timezone.now(),
        )
        if before is not None:
            before.superseded_by = made
            before.save(update_fields=["superseded_by"])
        return made, self.told(detail={"diet": made.pk, "overridden": sorted(made.overrides)})


@dataclass(frozen=True, kw_only=True)
class _DietAct(ChildAct[T]):
    diet: Diet

    def standing(self) -> None:
        """Raise InvalidActError on a diet of another child, stopped or superseded."""
        if self.diet.child_id != self.child.pk or not self.diet.standing:
            raise InvalidActError("this prescription does not stand any more; reload the page")


@dataclass(frozen=True, kw_only=True)
class CheckDiet(_DietAct[Diet]):
    """The second person's check."""

    verb = "treatment.diet_check"

    def validate(self) -> None:
        """Once, by somebody else."""
        self.standing()
        if self.diet.checked_at is not None:
            raise InvalidActError("the prescription is checked already")
        if self.diet.ordered_by_id == self.user.pk:
            raise InvalidActError("you prescribed this diet; a second person has to check it")

    def write(self) -> tuple[Diet, Told]:
        """The prescription, in force."""
        self.diet.checked_by, self.diet.checked_at = self.user, timezone.now()
        self.diet.save(update_fields=["checked_by", "checked_at"])
        return self.diet, self.told(detail={"diet": self.diet.pk})


@dataclass(frozen=True, kw_only=True)
class StopDiet(_DietAct[Diet]):
    """End the diet."""

    verb = "treatment.diet"
    on: date
    words: str

    def validate(self) -> None:
        """A reason, a day that can be."""
        self.standing()
        need_words(self.words, "why the diet ends")
        if not self.diet.start <= self.on <= timezone.localdate():
            raise InvalidActError(f"an end on {dated(self.on)} cannot be")

    def write(self) -> tuple[Diet, Told]:
        """The diet, stopped."""
        self.diet.stopped_on, self.diet.stop_words = self.on, self.words.strip()[:300]
        self.diet.save(update_fields=["stopped_on", "stop_words"])
        return self.diet, self.told(detail={"diet": self.diet.pk, "stopped": True})


@dataclass(frozen=True, kw_only=True)
class RecordDietValue(_DietAct[DietValue]):
    """Ketones, a lab value or fluids, as measured; Westward ships no limit for them."""

    verb = "treatment.diet_value"
    kind: str
    value: str
    unit: str
    on: date
    words: str = ""

    def validate(self) -> None:
        """A value with its unit, not in the future."""
        if self.diet.child_id != self.child.pk:
            raise InvalidActError("this diet is of another child")
        if self.kind not in DietValueKind.values:
            raise InvalidActError(f"{self.kind!r} is not recorded; known: {', '.join(DietValueKind.values)}")
        need_words(self.value, "the value")
        need_words(self.unit, "the unit")
        if not self.diet.start <= self.on <= timezone.localdate():
            raise InvalidActError(f"a value of {dated(self.on)} cannot be")

    def write(self) -> tuple[DietValue, Told]:
        """The value."""
        made = DietValue.objects.create(
            diet=self.diet,
            kind=self.kind,
            value=self.value.strip()[:40],
            unit=self.unit.strip()[:20],
            on=self.on,
            words=self.words.strip()[:200],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"diet": self.diet.pk, "kind": self.kind})
