"""The age at which a study is graded, and what was graded at another before the chart was corrected."""

from __future__ import annotations

from dataclasses import dataclass

from westward.care.ages import age_on
from westward.program.diagnosis.models import EngineResult, Read, Study


@dataclass(frozen=True, slots=True)
class AtAge:
    """Age in days that the engine is given, never below 0, and why it is this one."""

    days: int
    why: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """Something was graded at one age, and the chart says another now; both in days."""

    then_d: int
    now_d: int

    def __str__(self) -> str:
        return f"graded with the age of {self.then_d} days; now {self.now_d}"


def of(study: Study) -> AtAge | None:
    """By the chart as it is now; None without a recording day, or with one before the birth: no age, no grade."""
    day, child = study.recorded_on, study.child
    if day is None or day < child.birth_date:
        return None
    age = age_on(day, birth=child.birth_date, gestation_d=child.gestation_d)
    why = age.why if age.used_d >= 0 else f"{age.why}; before the day of term, taken as 0 days"
    return AtAge(max(0, age.used_d), why)


def of_read(read: Read, study: Study) -> Corrected | None:
    """Whether a read was stored at another age than that of now; None if not, or if one of the two is not known."""
    return _corrected(read.age_d, study)


def of_result(result: EngineResult | None, study: Study) -> Corrected | None:
    """The same of a result of the engine; its analysis holds the age."""
    return _corrected(result.analysis.age_d, study) if result is not None else None


def _corrected(then_d: int | None, study: Study) -> Corrected | None:
    now = of(study)
    if then_d is None or now is None or then_d == now.days:
        return None
    return Corrected(then_d, now.days)
