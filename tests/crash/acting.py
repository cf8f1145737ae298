"""What the processes of the crash tests do: ``python -m tests.crash.acting WORD ...``; each line told is a promise."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import date
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, connection  # noqa: E402

from westward.program.accounts.actions.base import who  # noqa: E402
from westward.program.accounts.models import Grant, User  # noqa: E402
from westward.program.audit.queries import walk  # noqa: E402
from westward.program.people.actions.add_child import AddChild  # noqa: E402
from westward.program.people.models import Child  # noqa: E402


def tell(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def prepare() -> None:
    """Tables and one coordinator."""
    call_command("migrate", interactive=False, verbosity=0)
    user = User.objects.make("coordinator", name="Coordinator")
    for role in ("coordinator", "administrator"):
        Grant.objects.create(user=user, role=role)
    connection.close()


def by() -> dict[str, Any]:
    user = User.objects.get(username="coordinator")
    return {"user": user, "who": who(user, "crash")}


def add(prefix: str, count: str = "100000") -> None:
    """Open charts, one act each; tell each one that was acknowledged."""
    asked = by()
    for i in range(int(count)):
        name = f"{prefix}{i}"
        AddChild(**asked, family_name=name, birth_date=date(2026, 5, 1), simulated=True).execute()
        tell(name)


def fill(prefix: str) -> None:
    """Open charts with long names until the database refuses, and say so."""
    asked = by()
    for i in range(100_000):
        name = f"{prefix}{i}-" + "x" * 60
        try:
            AddChild(**asked, family_name=name, birth_date=date(2026, 5, 1), simulated=True).execute()
        except (DatabaseError, OSError) as error:
            tell(f"refused {type(error).__name__}")
            return
        tell(name)


def upload(prefix: str, size: str, count: str = "100000") -> None:
    """Take in referrals with a video of ``size`` bytes; tell each with the digest of its file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from westward.core.errors import InputError
    from westward.program.referral.actions.receive import Receive
    from westward.program.referral.uploads import store

    asked = by()
    for i in range(int(count)):
        body = b"\0\0\0\x18ftypmp42" + os.urandom(int(size))
        try:
            kept = store(SimpleUploadedFile("clip.mp4", body))
            made = Receive(
                **asked, source="phone", sender_name="Doctor", sender_phone="555-0100", family_name=f"{prefix}{i}",
                uploads=[kept], simulated=True,
            ).execute()  # fmt: skip
        except (DatabaseError, OSError, InputError) as error:
            tell(f"refused {type(error).__name__}")
            return
        tell(f"{made.family_name} {hashlib.sha256(body).hexdigest()}")


def uploads() -> None:
    """Every referral with the digest of its file as it lies on the disk now."""
    from django.conf import settings

    from westward.program.referral.models import Upload

    for one in Upload.objects.select_related("referral").order_by("pk"):
        path = settings.MEDIA_ROOT / one.path
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        tell(f"{one.referral.family_name} {digest if digest in ('missing', one.sha256) else 'torn'}")


def made() -> None:
    """Whether the chain holds, and everything that was made."""
    verdict = walk()
    tell("whole" if verdict.whole else f"broken at {verdict.broken}")
    for name in Child.objects.order_by("pk").values_list("family_name", flat=True):
        tell(name)


def session() -> None:
    """The cookie of a signed-in administrator with a second factor."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.test import Client

    user = User.objects.get(username="coordinator")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    tell(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")


def accounts() -> None:
    """User names of all accounts."""
    for name in User.objects.order_by("pk").values_list("username", flat=True):
        tell(name)


def enqueue(count: str) -> None:
    """Jobs that each leave one row."""
    from tests.crash.jobs import leave_a_row

    for i in range(int(count)):
        leave_a_row.enqueue(i)
        tell(i)


def work() -> None:
    """One worker until no job is left."""
    call_command("db_worker", interval=0.05, verbosity=0, batch=True, reload=False, startup_delay=False)


def rows() -> None:
    """What the jobs left."""
    from westward.program.audit.models import Entry

    for target in Entry.objects.filter(verb="crash.job").order_by("seq").values_list("target", flat=True):
        tell(target)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
