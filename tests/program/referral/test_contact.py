"""The contact log and the clock it stops."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.program.referral.scene import by, child, person, referral

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.referral import queries
from westward.program.referral.actions.contact import LogChildContact, LogContact, WithdrawContact
from westward.program.referral.rules import ClockState

pytestmark = pytest.mark.django_db


def ago(hours: float) -> object:
    return timezone.now() - timedelta(hours=hours)


def test_the_first_that_reached_somebody_stops_the_clock_and_an_attempt_does_not() -> None:
    one, nurse = referral(ago_h=3), person("nurse", "nurse")
    LogContact(**by(nurse), referral=one, at=ago(2.5), reached=False, words="voice box").execute()
    one.refresh_from_db()
    assert one.contacted_at is None
    assert queries.clock(one, timezone.now()).state in (ClockState.RUNNING, ClockState.DUE)
    second = LogContact(**by(nurse), referral=one, at=ago(1), reached=True, interpreter="yes").execute()
    first = LogContact(**by(nurse), referral=one, at=ago(2), reached=True).execute()
    one.refresh_from_db()
    assert one.contacted_at == first.at < second.at
    assert queries.clock(one, timezone.now()).state is ClockState.DONE
    rows = Entry.objects.filter(verb="referral.contact")
    assert rows.count() == 3
    assert not any("voice" in row.detail for row in rows)


def test_a_wrong_entry_is_withdrawn_stays_to_be_seen_and_the_clock_runs_again() -> None:
    one, nurse = referral(ago_h=3), person("nurse", "nurse")
    entry = LogContact(**by(nurse), referral=one, at=ago(1), reached=True).execute()
    with pytest.raises(InvalidActError, match="say why"):
        WithdrawContact(**by(nurse), referral=one, contact=entry, reason=" ").execute()
    WithdrawContact(**by(nurse), referral=one, contact=entry, reason="another child").execute()
    one.refresh_from_db()
    assert one.contacted_at is None
    assert one.contacts.get().withdrawn_by == nurse
    with pytest.raises(InvalidActError, match="not in force"):
        WithdrawContact(**by(nurse), referral=one, contact=one.contacts.get(), reason="again").execute()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"at": timezone.now() + timedelta(days=1)}, "before it happens"),
        ({"at": timezone.now() - timedelta(days=9)}, "before the referral was received"),
        ({"channel": "pigeon"}, "channel is 'pigeon'"),
        ({"with_whom": "nobody"}, "person is 'nobody'"),
        ({"interpreter": "maybe"}, "interpreter is 'maybe'"),
    ],
)
def test_what_cannot_be(wrong: dict[str, object], words: str) -> None:
    asked = {"at": timezone.now(), "reached": True, **wrong}
    with pytest.raises(InvalidActError, match=words):
        LogContact(**by(person("nurse", "nurse")), referral=referral(), **asked).execute()


def test_a_contact_about_a_child_tells_the_projection_which_child() -> None:
    one = child()
    LogChildContact(**by(person("pharm", "pharmacist")), child=one, at=timezone.now(), reached=True).execute()
    row = Entry.objects.get(verb="child.contact")
    assert row.target == one.audit_id
    assert f'"children":[{one.pk}]' in row.detail.replace(" ", "")
    with pytest.raises(NotAllowedError):
        LogChildContact(**by(person("re", "researcher")), child=one, at=timezone.now(), reached=True).execute()
