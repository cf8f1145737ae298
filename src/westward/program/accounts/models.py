"""Facts about people who sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from westward.program.accounts.choices import Kind, Purpose, Role
from westward.program.accounts.pins import TRIES


class Site(models.Model):
    """A hospital or clinic of the program."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes accounts; acts call it, nothing else does."""

    def make(self, username: str, *, password: str | None = None, **fields: Any) -> User:
        """Store an account; without a password it can be opened by a set-up link alone."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in: staff or a caregiver."""

    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.STAFF)
    is_active = models.BooleanField(default=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        """Names differ in more than case, and so do the addresses that are there."""

        constraints = (
            models.UniqueConstraint(Lower("username"), name="accounts_username_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="accounts_email_any_case"),
        )

    def __str__(self) -> str:
        return self.username

    @property
    def audit_id(self) -> str:
        """How the audit chain names this person."""
        return f"user:{self.pk}"

    @property
    def shut(self) -> bool:
        """Whether a caregiver's PIN was typed wrong too often: only a new link, or a passkey, opens the account."""
        return self.kind == Kind.CAREGIVER and self.wrong_tries >= TRIES


class Grant(models.Model):
    """A role for a site and a purpose; without a site it holds for all. Never deleted, only withdrawn."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=Role.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices, default=Purpose.CARE)
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A role in force stands once."""

        constraints = (
            models.UniqueConstraint(
                fields=["user", "role", "site", "purpose"],
                condition=models.Q(revoked_at=None),
                name="accounts_grant_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "purpose"],
                condition=models.Q(revoked_at=None, site=None),
                name="accounts_grant_once_everywhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.site or 'all sites'}, {self.get_purpose_display()}"


class SetupLink(models.Model):
    """A one-time link that opens an account; only the digest of its secret is stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.user_id}"


class BrokenGlass(models.Model):
    """Somebody opened, with a reason, what their roles do not open; a privacy officer reviews it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="broken_glass")
    subject = models.CharField(max_length=96)
    reason = models.TextField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    justified = models.BooleanField(null=True)
    review = models.TextField(blank=True)

    class Meta:
        """Asked for by person and subject."""

        indexes = (models.Index(fields=["user", "subject"], name="accounts_glass"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject}"
