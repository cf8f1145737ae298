"""Mail to people with accounts: off without a server, never with a name or anything clinical in it."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger(__name__)

SIGNATURE = "Westward. This mail was written by the program; nobody reads answers to it."


def send(to: str, subject: str, words: str) -> bool:
    """Send one mail; whether the server took it. False without a server, without an address, or if it failed.

    A failure is no error of whoever acted: the caller shows the link, or tries again tomorrow.
    """
    if not settings.MAIL or not to:
        return False
    try:
        return bool(EmailMessage(subject, f"{words}\n\n{SIGNATURE}\n", to=[to]).send())
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail was not taken: %s", type(error).__name__)
        return False


def page(path: str = "/") -> str:
    """The address of a page, by the name that the program is served under, whatever a request says."""
    return f"{settings.SERVING.origin}{path}"


def set_up_link(to: str, path: str) -> bool:
    """A one-time link that opens an account, or opens it again."""
    words = (
        "You have an account in the infantile spasms program of your hospital, or it was opened again.\n\n"
        f"Choose a password here. The link works once, for 72 hours:\n{page(path)}\n\n"
        "If you do not know what this is about, do not open it, and tell the program."
    )
    return send(to, "Your account", words)
