"""Reads of accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from westward.program.accounts.choices import SECOND_FACTOR, Kind, Role
from westward.program.accounts.models import BrokenGlass, Grant, SetupLink, Site, User


def grants(user: User) -> Sequence[Grant]:
    """Roles in force, by name; asked once for one ``User`` object, so once a request."""
    know_grants([user])
    return list(user._grants_in_force)  # type: ignore[attr-defined]


def know_grants(users: Iterable[User]) -> None:
    """Let :func:`grants` answer for all of these people from one question."""
    unknown: dict[int, list[User]] = {}
    for user in users:
        if getattr(user, "_grants_in_force", None) is None:
            unknown.setdefault(user.pk, []).append(user)
    held: dict[int, list[Grant]] = {key: [] for key in unknown}
    asked = Grant.objects.filter(user__in=unknown, revoked_at=None, site__closed_at=None).select_related("site")
    for grant in asked if unknown else ():
        held[grant.user_id].append(grant)
    for key, same in unknown.items():
        in_order = sorted(held[key], key=lambda grant: (grant.role, grant.site_id or 0))
        for user in same:
            user._grants_in_force = in_order  # type: ignore[attr-defined]


def forget_grants(user: User) -> None:
    """Make :func:`grants` ask again, after roles were given or withdrawn."""
    user.__dict__.pop("_grants_in_force", None)


def needs_second_factor(user: User) -> bool:
    """Whether a role asks for a passkey or an authenticator app."""
    return any(grant.role in SECOND_FACTOR for grant in grants(user))


def staff(*, within: frozenset[int] | None = None, words: str = "") -> QuerySet[User]:
    """Staff with their roles in force, by name; ``within`` narrows to people with a role at those sites."""
    in_force = Grant.objects.filter(revoked_at=None).select_related("site").order_by("role")
    people = User.objects.filter(kind=Kind.STAFF).order_by("name", "pk")
    if within is not None:
        people = people.filter(grants__revoked_at=None, grants__site__in=within).distinct()
    if words:
        people = people.filter(Q(name__icontains=words) | Q(username__icontains=words))
    return people.prefetch_related(Prefetch("grants", queryset=in_force, to_attr="in_force"))


def person(key: int) -> User | None:
    """One account."""
    return User.objects.filter(pk=key).first()


def by_login(words: str) -> User | None:
    """Whose user name or e-mail address this is, in any case."""
    return User.objects.filter(Q(username__iexact=words) | Q(email__iexact=words)).first() if words else None


def open_sites() -> QuerySet[Site]:
    """Sites of the program that are not closed."""
    return Site.objects.filter(closed_at=None)


def administrators() -> QuerySet[User]:
    """Active accounts with a password that hold the administrator's role for all sites."""
    return User.objects.filter(
        is_active=True, grants__role=Role.ADMINISTRATOR, grants__site=None, grants__revoked_at=None
    )


def digest_of(secret: str) -> str:
    """What is stored of the secret of a link: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def usable_link(secret: str) -> SetupLink | None:
    """The link with this secret, if it is unused, in force and its account active."""
    return (
        SetupLink.objects.select_related("user")
        .filter(digest=digest_of(secret), used_at=None, revoked_at=None, expires_at__gt=timezone.now())
        .filter(user__is_active=True)
        .first()
    )


def broken_glass(user: User, subject: str) -> BrokenGlass | None:
    """The broken glass that opens ``subject`` to ``user`` now."""
    return BrokenGlass.objects.filter(user=user, subject=subject, expires_at__gt=timezone.now()).first()


def glass_to_review() -> QuerySet[BrokenGlass]:
    """Broken glass that nobody has reviewed, oldest first."""
    return BrokenGlass.objects.filter(reviewed_at=None).select_related("user").order_by("at")
