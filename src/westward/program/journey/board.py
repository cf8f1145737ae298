"""The board: which children, in which order, and what each row says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.utils import timezone

from westward.care.ages import age_on
from westward.care.clocks import WORDS, ClockName
from westward.core.errors import UsageError
from westward.look import words
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import sites
from westward.program.journey import veiled
from westward.program.journey.choices import Stage
from westward.program.journey.models import Standing
from westward.program.journey.standing import NEVER, end_of

VERB = "journey.board"
STAGES = {stage.code: stage for stage in Stage}
OWNERS = {"me": "Mine", "nobody": "Nobody's"}
DUES = {"overdue": "Overdue", "today": "Due today"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which children; every value is a code, empty for all."""

    stage: str = ""
    owner: str = ""
    due: str = ""
    site: str = ""
    silenced: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str], *, codes: Sequence[str]) -> Filter:
        """From an address; what is not a known code is left out."""
        return cls(
            stage=_known(asked.get("stage"), STAGES),
            owner=_known(asked.get("owner"), OWNERS),
            due=_known(asked.get("due"), DUES),
            site=_known(asked.get("site"), codes),
            silenced=asked.get("silenced") == "1",
        )

    def codes(self) -> dict[str, Any]:
        """What is chosen, as the address and the audit row have it."""
        told: dict[str, Any] = {name: value for name in ("stage", "owner", "due", "site") if (value := self[name])}
        return told | ({"silenced": 1} if self.silenced else {})

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def but(self, **changed: Any) -> str:
        """Address of this filter with something changed; ``.`` when nothing is chosen."""
        fields = {name: self[name] for name in self.__slots__} | changed
        return "?" + urlencode(Filter(**fields).codes())


def _known(asked: str | None, codes: Any) -> str:
    return asked if asked and asked in codes else ""


def seen(user: User) -> QuerySet[Standing]:
    """Rows of the sites for which the user may open the board."""
    within = sites(user, VERB)
    rows = Standing.objects.all()
    return rows if within is None else rows.filter(site__in=within)


def silent(today: date) -> Q:
    """Children who are silent on a day."""
    return Q(silent_from__lte=today)


def overdue(now: datetime) -> Q:
    """Rows past a due moment: a question about dates, asked anew each time."""
    return Q(sort_at__lte=now)


def due_today(now: datetime) -> Q:
    """Rows that fall due before the day is over, and not before now."""
    return Q(sort_at__gt=now, sort_at__lte=_midnight(now))


def _midnight(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def select(user: User, chosen: Filter, *, now: datetime, hidden: Collection[int] = ()) -> QuerySet[Standing]:
    """Rows by urgency: the earliest due first, then the child who came first.

    ``hidden`` are children whose rows this reader sees veiled: found, counted and placed by what is shown of them.
    """
    today = timezone.localtime(now).date()
    rows = seen(user).filter(silent(today)) if chosen.silenced else seen(user).exclude(silent(today))
    if chosen.site:
        rows = rows.filter(site__code=chosen.site)
    wanted = Q()
    if chosen.stage:
        wanted &= Q(stage=STAGES[chosen.stage])
    if chosen.owner == "me":
        wanted &= Q(act_owner_key=user)
    elif chosen.owner == "nobody":
        wanted &= Q(act_owner="") & ~Q(act="")
    if chosen.due:
        wanted &= overdue(now) if chosen.due == "overdue" else due_today(now)
    if not hidden:
        return rows.filter(wanted).order_by("sort_at", "child")
    shown = STAGES.get(chosen.stage, veiled.STAGE) == veiled.STAGE and chosen.owner != "nobody" and not chosen.due
    veil = Q(pk__in=hidden)
    rows = rows.filter((wanted & ~veil) | veil if shown else wanted & ~veil)
    place = Case(When(veil, then=Value(NEVER)), default=F("sort_at"), output_field=DateTimeField())
    return rows.annotate(place=place).order_by("place", "child")


@dataclass(frozen=True, slots=True)
class Summary:
    """The line above the board: over the sites one sees, not the filter."""

    children: int
    overdue: int
    today: int
    nobody: int
    stages: Mapping[int, int]
    silenced: int


def summary(user: User, *, now: datetime, site: str = "", hidden: Collection[int] = ()) -> Summary:
    """Counts in one query; those of veiled rows by what is shown of them, in a second one."""
    today = timezone.localtime(now).date()
    rows = seen(user).filter(site__code=site) if site else seen(user)
    live = Q(silent_from=None) | Q(silent_from__gt=today)
    more = [one.silent_from for one in rows.filter(pk__in=hidden)] if hidden else []
    rows = rows.exclude(pk__in=hidden) if hidden else rows
    quiet = sum(day is not None and day <= today for day in more)
    counted = rows.values("stage").annotate(
        n=Count("child", filter=live),
        late=Count("child", filter=live & overdue(now)),
        now_due=Count("child", filter=live & due_today(now)),
        ownerless=Count("child", filter=live & Q(act_owner="") & ~Q(act="")),
        quiet=Count("child", filter=silent(today)),
    )
    found: list[dict[str, int]] = [dict(one) for one in counted.order_by("stage")]  # type: ignore[arg-type]

    def total(name: str) -> int:
        return sum(one[name] for one in found)

    stages = {one["stage"]: one["n"] for one in found}
    if len(more) > quiet:
        stages[veiled.STAGE] = stages.get(veiled.STAGE, 0) + len(more) - quiet
    return Summary(
        total("n") + len(more) - quiet,
        total("late"),
        total("now_due"),
        total("ownerless"),
        stages,
        total("quiet") + quiet,
    )


def open_sites(user: User) -> list[Site]:
    """Sites whose children the user sees, by name; a filter only where there are several."""
    within = sites(user, VERB)
    found = Site.objects.filter(closed_at=None)
    return list(found if within is None else found.filter(pk__in=within))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due moment as people say it: how far off, exactly when, and what it means."""

    words: str
    exact: str
    meaning: str


def due_words(at: datetime | None, *, now: datetime, whole_day: bool = False) -> Due | None:
    """``2 d late``, ``today 14:05``, ``tomorrow``, ``in 3 d``; ``whole_day`` for what is due by the end of a day.

    The last minute of a day is its end, too.
    """
    if at is None:
        return None
    local, here = timezone.localtime(at), timezone.localtime(now)
    whole_day = whole_day or (local.hour, local.minute) == (23, 59)
    last = (local - timedelta(microseconds=1)).date() if whole_day else local.date()
    days = (last - here.date()).days
    exact = words.day(last) + ("" if whole_day else f", {local:%H:%M}")
    if at <= now:
        late = f"{-days}{words.THIN}d late" if days < 0 else f"{_hours(now - at)} late"
        return Due(words=late, exact=exact, meaning="unsafe")
    if days == 0:
        return Due(words="today" if whole_day else f"today {local:%H:%M}", exact=exact, meaning="due")
    return Due(words="tomorrow" if days == 1 else f"in {days}{words.THIN}d", exact=exact, meaning="")


def _hours(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours}{words.THIN}h" if hours else f"{int(span.total_seconds() // 60)}{words.THIN}min"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row shows."""

    key: int
    name: str
    pseudonym: str
    simulated: bool
    site: str
    age: str
    age_exact: str
    stage: Stage
    clock: str
    clock_days: str
    clock_limit: str
    clock_due: Due | None
    clock_told: str
    act: str
    act_due: Due | None
    act_owner: str
    act_address: str
    more: int
    line: str
    silent: str

    @property
    def meaning(self) -> str:
        """The gravest of clock and act."""
        found = {due.meaning for due in (self.clock_due, self.act_due) if due}
        return next((word for word in ("unsafe", "due") if word in found), "")

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The track: each step with ``done``, ``now`` or ``later``."""
        return tuple(
            (step.label, "done" if step < self.stage else "now" if step == self.stage else "later") for step in Stage
        )


def show(standing: Standing, *, now: datetime, line: str | None = None) -> Row:
    """One row; ``child`` and ``site`` must have been selected with it.

    ``line`` is the line of state as this reader may see it today, in place of the stored one.
    """
    child, today = standing.child, timezone.localtime(now).date()
    quiet = child.silence.words if child.silence is not None and child.silence.holds(today) else ""
    age, exact = _age(child.birth_date, child.gestation_d, today)
    due = end_of(standing.clock_due, timezone.get_current_timezone()) if standing.clock_due else None
    return Row(
        key=child.pk,
        name=child.name,
        pseudonym=child.pseudonym,
        simulated=child.simulated,
        site=standing.site.code if standing.site else "",
        age=age,
        age_exact=exact,
        stage=Stage(standing.stage),
        clock="" if quiet else clock_name(standing.clock),
        clock_days="" if quiet else _days(standing, today),
        clock_limit="" if quiet else short_limit(standing.clock_limit),
        clock_due=None if quiet else due_words(due, now=now, whole_day=True),
        clock_told=_told(standing),
        act="" if quiet else standing.act,
        act_due=None if quiet else due_words(standing.act_due, now=now),
        act_owner="" if quiet else standing.act_owner,
        act_address=standing.act_address,
        more=0 if quiet else max(standing.acts - 1, 0),
        line=standing.line if line is None else line,
        silent=quiet,
    )


def _age(birth: date, gestation_d: int | None, today: date) -> tuple[str, str]:
    try:
        age = age_on(today, birth=birth, gestation_d=gestation_d)
    except UsageError:
        return words.age(None), ""
    if age.corrected_d is None or age.corrected_d == age.chronological_d:
        return words.age(age.chronological_d), ""
    return words.age(age.chronological_d), f"corrected {words.age(max(age.corrected_d, 0))}"


CLOCKS = {
    name.value: " to ".join(WORDS.get(end, end.value.replace("_", " ")) for end in name.ends) for name in ClockName
}


def short_limit(told: str) -> str:
    """A limit for a narrow column: ``<3 d``, ``≤7 d``, ``same day``."""
    for head, sign in (("less than ", "<"), ("within ", "≤")):
        number = told.removeprefix(head).split(" ")[0]
        if told.startswith(head) and number.isdigit():
            return f"{sign}{number}{words.THIN}d"
    return told


def clock_name(code: str) -> str:
    """``Referral to EEG``."""
    told = CLOCKS.get(code, code)
    return told[:1].upper() + told[1:]


def _days(standing: Standing, today: date) -> str:
    if standing.clock_since is None or standing.clock_since_latest is None:
        return ""
    most, least = (today - standing.clock_since).days, max((today - standing.clock_since_latest).days, 0)
    return f"{most}{words.THIN}d" if most == least else f"{least}–{most}{words.THIN}d"


def _told(standing: Standing) -> str:
    if not standing.clock:
        return ""
    if not standing.clock_limit:
        return "no published standard with a number"
    conflict = "; standards differ, see the chart" if standing.clock_conflict else ""
    return f"{standing.clock_limit} ({standing.clock_source}; {standing.clock_status}){conflict}"
