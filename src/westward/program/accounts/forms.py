"""Forms of accounts; what they accept the acts check again."""

from __future__ import annotations

from typing import Any

from django import forms

from westward.program.accounts.choices import Purpose, Role
from westward.program.accounts.models import Site
from westward.program.accounts.pins import LEAST, MOST
from westward.program.accounts.queries import open_sites

STAFF_ROLES = [(role.value, role.label) for role in Role if role != Role.CAREGIVER]


class RoleForm(forms.Form):
    """A role, where and for what."""

    role = forms.ChoiceField(choices=STAFF_ROLES)
    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label="All sites")
    purpose = forms.ChoiceField(choices=Purpose.choices, initial=Purpose.CARE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = open_sites()  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    """A colleague with the first role."""

    name = forms.CharField(max_length=200)
    username = forms.CharField(max_length=150, label="User name")
    email = forms.EmailField(required=False, label="E-mail (optional)")
    field_order = ("name", "username", "email", "role", "site", "purpose")


class SiteForm(forms.Form):
    """A hospital or clinic."""

    name = forms.CharField(max_length=200, label="Name of the site")
    site_code = forms.SlugField(max_length=32, label="Short code")


class PasswordForm(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; a few plain words in a row are good.",
    )
    again = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), label="Once more")

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        data = super().clean() or {}
        if data.get("password") != data.get("again"):
            self.add_error("again", "The two are not the same.")
        return data


class PinForm(PasswordForm):
    """A PIN, typed twice; a phone shows its digits."""

    _DIGITS = {"autocomplete": "new-password", "inputmode": "numeric", "pattern": "[0-9]*", "maxlength": str(MOST)}
    password = forms.CharField(
        widget=forms.PasswordInput(attrs=_DIGITS), label="PIN", help_text=f"{LEAST} to {MOST} digits, not a birthday."
    )
    again = forms.CharField(widget=forms.PasswordInput(attrs=_DIGITS), label="Once more")
