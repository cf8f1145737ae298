"""What is written to the audit chain when people sign in, fail to, or change their factors."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factor
from django.contrib.auth import signals as auth
from django.db import transaction

from westward.program.accounts.actions.base import who
from westward.program.audit.record import DONE, REFUSED, record


def _write(verb: str, request: Any, user: Any, *, outcome: str = DONE, **detail: Any) -> None:
    actor = who(user, getattr(request, "act_id", ""))
    with transaction.atomic():
        record(actor, verb, user.audit_id if user is not None else "", outcome=outcome, detail=detail)


def signed_in(sender: Any, request: Any, user: Any, **rest: Any) -> None:
    """A session began; wrong tries before it are forgotten."""
    if user.wrong_tries:
        user.wrong_tries = 0
        user.save(update_fields=["wrong_tries"])
    _write("session.begin", request, user)


def signed_out(sender: Any, request: Any, user: Any, **rest: Any) -> None:
    """A session ended by its owner or by a limit."""
    if user is not None:
        _write("session.end", request, user)


def not_signed_in(sender: Any, credentials: Any, request: Any = None, **rest: Any) -> None:
    """A name or password was wrong; what was typed is not kept, it may be a password."""
    _write("session.begin", request, None, outcome=REFUSED)


def factor_failed(sender: Any, request: Any, user: Any, **rest: Any) -> None:
    """A second factor was wrong."""
    _write("session.factor", request, user, outcome=REFUSED)


def factor_added(sender: Any, request: Any, user: Any, authenticator: Any, **rest: Any) -> None:
    """A passkey, an app or recovery codes were added."""
    _write("accounts.add_factor", request, user, type=str(authenticator.type))


def factor_removed(sender: Any, request: Any, user: Any, authenticator: Any, **rest: Any) -> None:
    """A factor was taken away."""
    _write("accounts.remove_factor", request, user, type=str(authenticator.type))


def password_changed(sender: Any, request: Any, user: Any, **rest: Any) -> None:
    """The password was changed by its owner."""
    _write("accounts.password", request, user)


def password_recovered(sender: Any, request: Any, user: Any, **rest: Any) -> None:
    """A new password was set with a link sent by mail."""
    _write("accounts.recover", request, user)


def connect() -> None:
    """Connect all of them, once."""
    auth.user_logged_in.connect(signed_in, dispatch_uid="audit")
    auth.user_logged_out.connect(signed_out, dispatch_uid="audit")
    auth.user_login_failed.connect(not_signed_in, dispatch_uid="audit")
    factor.authentication_failed.connect(factor_failed, dispatch_uid="audit")
    factor.authenticator_added.connect(factor_added, dispatch_uid="audit")
    factor.authenticator_reset.connect(factor_added, dispatch_uid="audit")
    factor.authenticator_removed.connect(factor_removed, dispatch_uid="audit")
    account.password_changed.connect(password_changed, dispatch_uid="audit")
    account.password_reset.connect(password_recovered, dispatch_uid="audit")
