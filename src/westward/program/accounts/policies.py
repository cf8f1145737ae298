"""Who may do what: one table of verbs, deny by default.

A later app adds its verbs to the table with :func:`add` in its own ``policies.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from westward.program.accounts.choices import CLINICAL, Purpose, Role
from westward.program.accounts.models import User
from westward.program.accounts.queries import broken_glass, grants


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an act concerns, as far as permissions ask.

    Attributes
    ----------
    id : str
        Such as ``user:14`` or ``child:3``; empty when the act concerns nothing that exists yet.
    site : int or None
        Key of its site; None when it belongs to none.
    """

    id: str = ""
    site: int | None = None


NOTHING = Subject()
Condition = Callable[[User, Subject], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table.

    Attributes
    ----------
    roles : frozenset of str
        Roles that allow it, for the site of the subject or for all sites.
    purpose : str
        Purpose for which the role must have been given.
    anyone : bool
        Whether everybody who is signed in may, whatever the role.
    everywhere : bool
        Whether only a role for all sites will do.
    breakable : bool
        Whether broken glass for this very subject allows it too, as long as the role that may break it is held.
    conditions : tuple of predicates
        All of them must hold as well.
    """

    roles: frozenset[str] = frozenset()
    purpose: str = Purpose.CARE
    anyone: bool = False
    everywhere: bool = False
    breakable: bool = False
    conditions: tuple[Condition, ...] = field(default=())


def not_oneself(user: User, subject: Subject) -> bool:
    """Nobody gives themselves a role or reviews their own broken glass."""
    return subject.id != user.audit_id


_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_PRIVACY = frozenset({Role.PRIVACY_OFFICER})

TABLE: dict[str, Rule] = {
    "accounts.list": Rule(roles=_ADMINISTRATOR | _PRIVACY),
    "accounts.invite": Rule(roles=_ADMINISTRATOR),
    "accounts.link": Rule(roles=_ADMINISTRATOR, everywhere=True, conditions=(not_oneself,)),
    "accounts.grant": Rule(roles=_ADMINISTRATOR, conditions=(not_oneself,)),
    "accounts.revoke": Rule(roles=_ADMINISTRATOR, conditions=(not_oneself,)),
    "accounts.end_sessions": Rule(roles=_ADMINISTRATOR, everywhere=True, conditions=(not_oneself,)),
    "accounts.deactivate": Rule(roles=_ADMINISTRATOR, everywhere=True, conditions=(not_oneself,)),
    "accounts.add_site": Rule(roles=_ADMINISTRATOR, everywhere=True),
    "access.break_glass": Rule(roles=frozenset(CLINICAL)),
    "access.review": Rule(roles=_PRIVACY, everywhere=True, conditions=(not_oneself,)),
    "audit.read": Rule(roles=_PRIVACY, everywhere=True),
}
"""Every verb of the program with its rule; a verb that is not here is refused."""


def add(verb: str, rule: Rule) -> None:
    """Add a verb.

    Raises
    ------
    ValueError
        If the verb has a rule already.
    """
    if verb in TABLE:
        raise ValueError(f"{verb!r} has a rule already")
    TABLE[verb] = rule


def allows(user: User | None, verb: str, subject: Subject = NOTHING) -> bool:
    """Whether ``user`` may do ``verb`` to ``subject``; None, inactive accounts and unknown verbs never may.

    A role for one site allows what concerns that site; only a role for all sites allows what concerns none, save
    that a list (``subject.id`` empty, no site) may be opened by a role for one site: what it shows is narrowed by
    :func:`sites`.
    """
    rule = TABLE.get(verb)
    if rule is None or user is None or not user.is_active:
        return False
    if not all(condition(user, subject) for condition in rule.conditions):
        return False
    if rule.anyone:
        return True
    for site in _sites(user, rule):
        if site is None or (not rule.everywhere and (site == subject.site or subject == NOTHING)):
            return True
    if not rule.breakable or not subject.id or not allows(user, "access.break_glass"):
        return False
    return broken_glass(user, subject.id) is not None


def sites(user: User, verb: str) -> frozenset[int] | None:
    """Keys of the sites for which the user may; None means all."""
    rule = TABLE.get(verb)
    held = list(_sites(user, rule)) if rule and user.is_active else []
    if None in held:
        return None
    return frozenset() if rule is None or rule.everywhere else frozenset(site for site in held if site is not None)


def _sites(user: User, rule: Rule) -> Iterable[int | None]:
    return [grant.site_id for grant in grants(user) if grant.role in rule.roles and grant.purpose == rule.purpose]
