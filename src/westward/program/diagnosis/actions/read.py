"""Read a study: store an own read, see the engine's result, change, sign, amend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Max
from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis import ages, sight
from westward.program.diagnosis.actions.base import hold, need_reason
from westward.program.diagnosis.choices import ReadKind, StudyState
from westward.program.diagnosis.models import EngineResult, EngineView, Read, SecondRead, Study
from westward.program.diagnosis.rules.reading import FIELDS, contradictions
from westward.program.people.actions.base import ChildAct

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Reading(ChildAct[T]):
    """An act on a study that can be read."""

    study: Study

    def validate(self) -> None:
        """A study of this chart, whose recording is in no doubt."""
        hold(self.study)
        if self.study.child_id != self.child.pk or self.study.state == StudyState.WITHDRAWN:
            raise InvalidActError("this study is not on this chart any more")
        if self.study.state == StudyState.STOPPED:
            raise InvalidActError("first say whose recording it is")

    def own(self) -> Read | None:
        """The reader's newest version."""
        return Read.objects.filter(study=self.study, reader=self.user).order_by("-version").first()

    def seen(self) -> bool:
        """Whether the reader has seen the engine's result on this recording, on whatever chart it was then."""
        return sight.has_seen(self.study, self.user)

    def read_elsewhere(self) -> bool:
        """Whether the reader read this recording on another chart, before it was moved here."""
        return sight.read_elsewhere(self.study, self.user)

    def store(
        self,
        said: Mapping[str, Any],
        *,
        kind: str,
        reason: str = "",
        signed: bool = False,
        takes_over: Read | None = None,
    ) -> Read:
        """A new version; what the own last one took over it takes over as well."""
        own = self.own()
        before = takes_over.pk if takes_over else own.takes_over_id if own else None
        last = Read.objects.filter(study=self.study, reader=self.user).aggregate(n=Max("version"))["n"] or 0
        now, age = timezone.now(), ages.of(self.study)
        return Read.objects.create(
            study=self.study,
            reader=self.user,
            version=last + 1,
            kind=kind,
            stored_at=now,
            reason=reason,
            takes_over_id=before,
            age_d=age.days if age else None,
            signed_at=now if signed else None,
            **{name: said[name] for name in FIELDS if name in said},
        )


def check_said(said: Mapping[str, Any]) -> None:
    """Refuse what is no part of a read, and answers that cannot both hold.

    Raises
    ------
    InvalidActError
        With the first that is wrong.
    """
    if strange := sorted(set(said) - set(FIELDS)):
        raise InvalidActError(f"{strange[0]!r} is no part of a read")
    if found := contradictions(said):
        raise InvalidActError(found[0])


@dataclass(frozen=True, kw_only=True)
class StoreRead(Reading[Read]):
    """The reader's own read, before the engine's result is seen; may be corrected until then."""

    verb = "diagnosis.store_read"
    said: Mapping[str, Any] = field(default_factory=dict)

    def validate(self) -> None:
        """Complete, without contradiction, and blind."""
        super().validate()
        check_said(self.said)
        own = self.own()
        if own is not None and own.signed_at is not None:
            raise InvalidActError("your read is signed; amend it with a reason")
        if self.seen():
            words = "change it with a reason" if own else "whoever has seen it cannot give a blind read"
            if own is None and self.read_elsewhere():
                words = "on another chart; read it here with a reason, as a read that is not blind"
            raise InvalidActError(f"you have seen the engine's result; {words}")

    def write(self) -> tuple[Read, Told]:
        """The first version, or the next."""
        read = self.store(self.said, kind=ReadKind.OWN)
        SecondRead.objects.filter(study=self.study, reader=self.user, stored_at=None).update(stored_at=read.stored_at)
        return read, self.told(read.audit_id, {"study": self.study.pk, "version": read.version})


@dataclass(frozen=True, kw_only=True)
class SeeEngine(Reading[EngineView]):
    """Show the engine's result to a reader for the first time, with the moment; an own read comes first.

    Somebody who only treats the child may look after the reader has stored a read; a later own read of theirs would
    not be blind any more and is refused.
    """

    verb = "diagnosis.see_engine"

    def validate(self) -> None:
        """There is a result, and it may be seen."""
        super().validate()
        if sight.of(self.study, self.user).engine is False:
            raise InvalidActError("store your own read first; the engine's result is shown then")
        self.result()

    def result(self) -> EngineResult:
        """The newest result.

        Raises
        ------
        InvalidActError
            If there is none yet.
        """
        found = self.study.results.first()
        if found is None:
            raise InvalidActError("there is no result of the engine yet")
        return found

    def write(self) -> tuple[EngineView, Told]:
        """The first time counts."""
        own, result = None if self.seen() else self.own(), self.result()
        view, _ = EngineView.objects.get_or_create(
            study=self.study,
            reader=self.user,
            defaults={"own_read": own, "result": result, "at": timezone.now()},
        )
        detail = {"own_version": own.version if own else None}
        return view, self.told(self.study.audit_id, detail)


@dataclass(frozen=True, kw_only=True)
class ChangeRead(Reading[Read]):
    """Change an unsigned read after the engine's result was seen; the earlier version stays, the reason is kept.

    Whoever read a recording and saw its result before it was moved to this chart reads it here in the same way: with
    a reason, never as a blind read.
    """

    verb = "diagnosis.change_read"
    said: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def validate(self) -> None:
        """An own unsigned read, seen, with a reason."""
        super().validate()
        own = self.own()
        if not self.seen() or (own is None and not self.read_elsewhere()):
            raise InvalidActError("store your own read first")
        if own is not None and own.signed_at is not None:
            raise InvalidActError("your read is signed; amend it with a reason")
        check_said(self.said)
        need_reason(self.reason, "a change after seeing the engine's result")

    def write(self) -> tuple[Read, Told]:
        """The next version."""
        read = self.store(self.said, kind=ReadKind.CHANGED, reason=self.reason.strip())
        return read, self.told(read.audit_id, {"study": self.study.pk, "version": read.version})


@dataclass(frozen=True, kw_only=True)
class SignRead(Reading[Read]):
    """Sign the newest version of the own read; it is never changed again."""

    verb = "diagnosis.sign_read"

    def validate(self) -> None:
        """An own read that is not signed."""
        super().validate()
        own = self.own()
        if own is None:
            raise InvalidActError("store your own read first")
        if own.signed_at is not None:
            raise InvalidActError("your read is signed already")
        if corrected := ages.of_read(own, self.study):
            raise InvalidActError(f"the age was corrected: {corrected}", remedy="confirm your read at this age first")

    def write(self) -> tuple[Read, Told]:
        """Signed."""
        read = self.own()
        assert read is not None
        read.signed_at = timezone.now()
        read.save(update_fields=["signed_at"])
        return read, self.told(read.audit_id, {"study": self.study.pk, "version": read.version})


@dataclass(frozen=True, kw_only=True)
class ConfirmRead(Reading[Read]):
    """Say that the own read holds at the age as the chart has it now: a new version with the same answers, signed if
    the one before was. What was stored at the old age stays as it is.
    """

    verb = "diagnosis.confirm_age"

    def validate(self) -> None:
        """An own read of another age."""
        super().validate()
        own = self.own()
        if own is None:
            raise InvalidActError("only your own read is yours to confirm")
        if ages.of_read(own, self.study) is None:
            raise InvalidActError("there is nothing to confirm: the age is the one at which you read")

    def write(self) -> tuple[Read, Told]:
        """The next version."""
        own = self.own()
        assert own is not None
        corrected = ages.of_read(own, self.study)
        assert corrected is not None
        reason = f"the age was corrected from {corrected.then_d} to {corrected.now_d} days"
        said = {name: getattr(own, name) for name in FIELDS}
        read = self.store(said, kind=ReadKind.AGE, reason=reason, signed=own.signed_at is not None)
        return read, self.told(read.audit_id, {"study": self.study.pk, "version": read.version})


@dataclass(frozen=True, kw_only=True)
class AmendRead(Reading[Read]):
    """A new signed version in place of a signed one, with a reason; both stay."""

    verb = "diagnosis.amend_read"
    said: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def validate(self) -> None:
        """An own signed read, and a reason."""
        super().validate()
        own = self.own()
        if own is None or own.signed_at is None:
            raise InvalidActError("only a signed read is amended")
        check_said(self.said)
        need_reason(self.reason, "an amendment")

    def write(self) -> tuple[Read, Told]:
        """The next version, signed."""
        read = self.store(self.said, kind=ReadKind.AMENDED, reason=self.reason.strip(), signed=True)
        return read, self.told(read.audit_id, {"study": self.study.pk, "version": read.version})
