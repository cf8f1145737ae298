"""Use a set-up link: choose a password, or a caregiver's PIN, once."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from westward.program.accounts.choices import Kind
from westward.program.accounts.models import SetupLink, User
from westward.program.accounts.pins import check_pin
from westward.program.accounts.queries import usable_link
from westward.program.acts import Act, InvalidActError, Told


@dataclass(frozen=True, kw_only=True)
class UseLink(Act[User]):
    """Whoever holds the link sets the password; the link is spent, and second factors of before are gone."""

    verb = "accounts.use_link"
    secret: str
    password: str

    def _link(self) -> SetupLink | None:
        return usable_link(self.secret)

    def authorize(self) -> bool:
        """The secret of an unused link is the permission."""
        return self._link() is not None

    def target(self) -> str:
        """Unknown when the link does not hold."""
        return ""

    def validate(self) -> None:
        """The rules for passwords, or for PINs."""
        link = self._link()
        if link is not None and link.user.kind == Kind.CAREGIVER:
            check_pin(self.password)
            return
        try:
            validate_password(self.password, link.user if link else None)
        except ValidationError as error:
            raise InvalidActError(" ".join(error.messages)) from None

    def write(self) -> tuple[User, Told]:
        """The account; of two uses at once the second finds the link spent."""
        link, now = self._link(), timezone.now()
        if link is None or not SetupLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
            raise InvalidActError("the link was used already")
        user = link.user
        user.set_password(self.password)
        user.wrong_tries = 0
        user.save(update_fields=["password", "wrong_tries"])
        factors, _ = Authenticator.objects.filter(user=user).delete()
        return user, Told(user.audit_id, detail={"link": link.pk, "factors_removed": factors})
