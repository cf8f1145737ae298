"""The whole program, served to a real browser from a database of its own, in the process of the tests.

Tables are migrated and static files collected once; each program then starts on a copy of the empty database.
In the same process, so that a test can do acts and read rows directly; on SQLite in a file, so that a worker that
the test starts sees them too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.program import FOLDER

from westward.program.accounts.models import User


@dataclass
class Served:
    """A running program.

    Attributes
    ----------
    address : str
        ``http://localhost:PORT``, without a slash at the end.
    folder : Path
        Its data folder.
    complaints : list of str
        What the console of the browser said on pages that were watched, and broken answers.
    """

    address: str
    folder: Path
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, page: Any, user: User) -> None:
        """Give the browser of ``page`` a session of ``user``, with a second factor."""
        from allauth.mfa.models import Authenticator
        from django.conf import settings
        from django.test import Client

        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        name = settings.SESSION_COOKIE_NAME
        page.context.clear_cookies()
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.address}])

    def watch(self, page: Any) -> None:
        """Collect errors of the console (a policy that was broken, a script that failed) and answers from 500."""

        def told(message: Any) -> None:
            if message.type == "error" and not re.search(r"status of 4\d\d", message.text):
                self.complaints.append(f"{page.url}: {message.text}")

        page.on("console", told)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", lambda r: self.complaints.append(f"{r.url}: {r.status}") if r.status >= 500 else None)

    @contextmanager
    def worker(self) -> Iterator[None]:
        """The real worker of background jobs, as a process."""
        child = subprocess.Popen([sys.executable, "-m", "westward.program.worker"], stdin=subprocess.PIPE)
        try:
            yield
        finally:
            child.kill()
            child.wait()
            if child.stdin:
                child.stdin.close()


@cache
def collected() -> None:
    """Put the static files where the program serves them from."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


@contextmanager
def served() -> Iterator[Served]:
    """Serve an empty program on a free port; its database is gone afterwards."""
    import uvicorn
    from django.conf import settings
    from django.core.handlers.asgi import ASGIHandler
    from django.test import override_settings
    from tests.support import empty

    unsafe = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread; nothing awaits
    file = FOLDER / "westward.sqlite3"
    with (
        empty.default_database(file),
        override_settings(
            STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}},
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ),
    ):
        shutil.copyfile(empty.sqlite(), file)
        collected()
        config = uvicorn.Config(
            ASGIHandler(), host="localhost", port=0, log_config=None, access_log=False, lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server ended at once"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield Served(f"http://localhost:{port}", FOLDER)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
    for name in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        name.unlink(missing_ok=True)
    if unsafe is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
