"""Invitations, links, roles, broken glass: each act is allowed, checked, written and audited, or leaves a refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.program.staff import by, person

from westward.program.accounts import policies
from westward.program.accounts.actions.base import who
from westward.program.accounts.actions.break_glass import BreakGlass, ReviewGlass
from westward.program.accounts.actions.grant import CloseAccount, GiveRole, WithdrawRole
from westward.program.accounts.actions.invite import AddSite, Invite, RenewLink, first_administrator
from westward.program.accounts.actions.set_up import UseLink
from westward.program.accounts.models import BrokenGlass, Grant, SetupLink, Site, User
from westward.program.accounts.queries import grants, usable_link
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.queries import walk

pytestmark = pytest.mark.django_db
PASSWORD = "plain words in a row"


def last() -> tuple[str, str, str, str]:
    row = Entry.objects.order_by("-seq")[0]
    return row.actor, row.verb, row.target, row.outcome


def test_invite_makes_account_role_link_and_row() -> None:
    boss = person("boss", "administrator")
    site = AddSite(**by(boss), site_code="north", name="North Hospital").execute()
    invited = Invite(**by(boss), username="kim", name="Kim", role="nurse", site=site).execute()
    assert [(grant.role, grant.site) for grant in grants(invited.user)] == [("nurse", site)]
    assert last() == (boss.audit_id, "accounts.invite", invited.user.audit_id, "done")
    assert not SetupLink.objects.filter(digest__contains=invited.secret).exists()
    assert walk().whole


def test_a_link_works_once() -> None:
    secret = Invite(**by(person("boss", "administrator")), username="kim", name="Kim", role="nurse").execute().secret
    user = UseLink(who=who(None), secret=secret, password=PASSWORD).execute()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    with pytest.raises(NotAllowedError):
        UseLink(who=who(None), secret=secret, password=PASSWORD).execute()
    assert last() == ("anonymous", "accounts.use_link", "", "refused")


def test_a_link_expires_and_gives_way_to_a_newer_one() -> None:
    boss = person("boss", "administrator")
    invited = Invite(**by(boss), username="kim", name="Kim", role="nurse").execute()
    newer = RenewLink(**by(boss), colleague=invited.user).execute()
    assert usable_link(invited.secret) is None
    assert usable_link(newer) is not None
    SetupLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert usable_link(newer) is None


def test_a_weak_password_leaves_the_link_unused() -> None:
    secret = first_administrator()
    with pytest.raises(InvalidActError, match="too short"):
        UseLink(who=who(None), secret=secret, password="short").execute()
    assert usable_link(secret) is not None


def test_the_first_administrator_gets_one_account_however_often_asked() -> None:
    first, second = first_administrator(), first_administrator()
    assert User.objects.count() == 1
    assert usable_link(first) is None
    assert usable_link(second) is not None


@pytest.mark.parametrize(
    "wrong, match",
    [
        ({"name": " "}, "name is empty"),
        ({"username": "k i m"}, "no user name"),
        ({"username": "BOSS"}, "taken"),
        ({"email": "kim@"}, "no e-mail"),
        ({"role": "king"}, "no role"),
        ({"role": "nurse", "purpose": "research"}, "not given for"),
        ({"role": "caregiver"}, "does not suit"),
    ],
)
def test_an_invitation_that_makes_no_sense_writes_nothing(wrong: dict[str, str], match: str) -> None:
    boss = person("boss", "administrator")
    asked = {"username": "kim", "name": "Kim", "role": "nurse", **wrong}
    with pytest.raises(InvalidActError, match=match):
        Invite(**by(boss), **asked).execute()
    assert (User.objects.count(), Entry.objects.count()) == (1, 0)


def test_a_refusal_is_one_row_and_nothing_else() -> None:
    nurse = person("nurse", "nurse")
    with pytest.raises(NotAllowedError):
        Invite(**by(nurse), username="kim", name="Kim", role="nurse").execute()
    assert last() == (nurse.audit_id, "accounts.invite", "site:all", "refused")
    assert User.objects.count() == 1


def test_an_administrator_of_one_site_stays_there() -> None:
    here, there = Site.objects.create(code="a", name="A"), Site.objects.create(code="b", name="B")
    boss, kim = person("boss", "administrator", site=here), person("kim", "nurse", site=here)
    GiveRole(**by(boss), colleague=kim, role="technologist", site=here).execute()
    for site in (there, None):
        with pytest.raises(NotAllowedError):
            GiveRole(**by(boss), colleague=kim, role="physician", site=site).execute()


def test_nobody_gives_themselves_a_role() -> None:
    boss = person("boss", "administrator")
    with pytest.raises(NotAllowedError):
        GiveRole(**by(boss), colleague=boss, role="physician").execute()


def test_a_role_is_held_once_and_stays_as_a_row_when_withdrawn() -> None:
    boss, kim = person("boss", "administrator"), person("kim", "nurse")
    with pytest.raises(InvalidActError, match="held already"):
        GiveRole(**by(boss), colleague=kim, role="nurse").execute()
    WithdrawRole(**by(boss), grant=kim.grants.get()).execute()
    assert grants(User.objects.get(pk=kim.pk)) == []
    assert Grant.objects.filter(user=kim).count() == 1
    GiveRole(**by(boss), colleague=kim, role="nurse").execute()


def test_the_last_administrator_stays() -> None:
    boss, other = person("boss", "administrator"), person("other", "administrator")
    CloseAccount(**by(boss), colleague=other).execute()
    assert not policies.allows(User.objects.get(pk=other.pk), "accounts.list")
    manager = person("manager", "administrator")
    manager_view = User.objects.get(pk=manager.pk)
    grants(manager_view)
    manager.grants.update(revoked_at=timezone.now())
    with pytest.raises(InvalidActError, match="only administrator"):
        CloseAccount(**by(manager_view), colleague=boss).execute()
    with pytest.raises(InvalidActError, match="only administrator"):
        WithdrawRole(**by(manager_view), grant=boss.grants.get()).execute()


def test_broken_glass_opens_one_subject_for_a_time_and_waits_for_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policies.TABLE, "chart.read", policies.Rule(roles=frozenset({"physician"}), breakable=True))
    here, there = Site.objects.create(code="a", name="A"), Site.objects.create(code="b", name="B")
    doctor, officer = person("doctor", "physician", site=here), person("officer", "privacy_officer")
    child, other = policies.Subject(id="child:1", site=there.pk), policies.Subject(id="child:2", site=there.pk)
    assert not policies.allows(doctor, "chart.read", child)
    with pytest.raises(InvalidActError, match="too short"):
        BreakGlass(**by(doctor), opened="child:1", reason="urgent").execute()
    glass = BreakGlass(**by(doctor), opened="child:1", reason="in status, covering for the north site").execute()
    assert policies.allows(doctor, "chart.read", child)
    assert not policies.allows(doctor, "chart.read", other)
    assert not policies.allows(officer, "chart.read", child)
    assert "status" not in Entry.objects.order_by("-seq")[0].detail
    BrokenGlass.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not policies.allows(doctor, "chart.read", child)
    ReviewGlass(**by(officer), glass=glass, justified=True, words="").execute()
    with pytest.raises(InvalidActError, match="reviewed already"):
        ReviewGlass(**by(officer), glass=glass, justified=True, words="").execute()


def test_broken_glass_shuts_when_the_role_that_broke_it_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policies.TABLE, "chart.read", policies.Rule(roles=frozenset({"physician"}), breakable=True))
    here, there = Site.objects.create(code="a", name="A"), Site.objects.create(code="b", name="B")
    boss, nurse = person("boss", "administrator"), person("nurse", "nurse", site=here)
    child = policies.Subject(id="child:1", site=there.pk)
    BreakGlass(**by(nurse), opened="child:1", reason="in status, covering for the north site").execute()
    assert policies.allows(nurse, "chart.read", child)
    WithdrawRole(**by(boss), grant=nurse.grants.get()).execute()
    assert not policies.allows(User.objects.get(pk=nurse.pk), "chart.read", child)


def test_nobody_reviews_their_own_broken_glass() -> None:
    both = person("both", "privacy_officer", "physician")
    glass = BreakGlass(**by(both), opened="child:1", reason="nobody else is on duty tonight").execute()
    with pytest.raises(NotAllowedError):
        ReviewGlass(**by(both), glass=glass, justified=True, words="").execute()
