"""Passwords that everybody here would try first."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from westward.program.accounts.choices import Role
from westward.program.shell.site import details

WORDS = frozenset({"westward", "infantile", "spasms", "spasm", "epilepsy", "hypsarrhythmia", "based", "iess", "eeg"})
"""Words of the program; names of roles and of the site come on top."""

LEAST_DIFFERENT = 5
"""Different letters that a password has at least (policy of ours)."""

FILL = 5
"""Letters that a password must have besides such words, digits and signs (policy of ours)."""


class NoWordsOfTheProgram:
    """Refuse a password that is made of the program's, the roles' and the site's own words."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` if too little is left without them."""
        rest = re.sub(r"[^a-z]", "", password.lower())
        words = {*WORDS, *re.findall(r"[a-z]{3,}", " ".join([*Role.values, details().name]).lower())}
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < FILL and re.search("|".join(words), password.lower()):
            raise ValidationError("The password is made of words of the program; add others.", code="program_words")

    def get_help_text(self) -> str:
        """One line."""
        return "Not made of words of the program, its roles or its site."


class NoRow:
    """Refuse a password of few letters, or of digits that run in a row."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for ``123456789012`` and ``aaaabbbbaaaa``."""
        digits = [int(letter) for letter in password if letter in "0123456789"]
        steps = {(b - a) % 10 for a, b in pairwise(digits)} if len(digits) == len(password) else set()
        if len(set(password)) < LEAST_DIFFERENT or len(steps) == 1:
            raise ValidationError("The password runs in a row or repeats itself.", code="row")

    def get_help_text(self) -> str:
        """One line."""
        return "Not a row of digits, not a few letters again and again."
