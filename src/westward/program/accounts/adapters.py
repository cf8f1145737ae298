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
from django.http import HttpRequest
from django.urls import reverse

from westward.program.accounts.models import User
from westward.program.accounts.policies import allows


def display(user: User) -> str:
    """The name allauth shows."""
    return user.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever works with children begins at the board."""
        user: Any = request.user
        return reverse("board") if allows(user, "journey.board") else str(super().get_login_redirect_url(request))


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
