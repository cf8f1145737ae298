"""How allauth is bent to the program: no open sign-up, sealed secrets, hospital accounts only when invited."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse

from westward.program.accounts import queries
from westward.program.accounts.actions.base import who
from westward.program.accounts.choices import Kind
from westward.program.accounts.models import User
from westward.program.accounts.pins import TRIES, check_pin
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError
from westward.program.audit.record import record


def display(user: User) -> str:
    """The name allauth shows."""
    return user.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Families begin at their child, whoever works with children at the board."""
        user: Any = request.user
        if user.kind == Kind.CAREGIVER:
            return reverse("my-child")
        return reverse("board") if allows(user, "journey.board") else str(super().get_login_redirect_url(request))

    def clean_password(self, password: str, user: Any = None) -> str:
        """A caregiver chooses a PIN, everybody else a password."""
        if getattr(user, "kind", "") != Kind.CAREGIVER:
            return str(super().clean_password(password, user))
        try:
            check_pin(password)
        except InvalidActError as error:
            raise ValidationError(str(error)) from None
        return password

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A PIN that was typed wrong too often is not even compared."""
        super().pre_authenticate(request, **credentials)
        user = queries.by_login(credentials.get("username") or credentials.get("email") or "")
        if user is not None and user.shut:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the wrong tries of a caregiver; the last one is told in the audit chain."""
        user = queries.by_login(credentials.get("username") or credentials.get("email") or "")
        if user is None or user.kind != Kind.CAREGIVER:
            return
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(wrong_tries=F("wrong_tries") + 1)
            if user.wrong_tries + 1 == TRIES:
                record(who(None, getattr(request, "act_id", "")), "accounts.shut", user.audit_id)


class HospitalAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A hospital's OIDC account opens an account here only when it was connected to one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps are sealed with the key of the data folder."""

    def _seal(self) -> Fernet:
        digest = hashlib.sha256(b"second factors\n" + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(digest))

    def encrypt(self, text: str) -> str:
        """Seal."""
        return self._seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Unseal."""
        return self._seal().decrypt(encrypted_text.encode()).decode()
