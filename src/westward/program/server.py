"""Everything ``westward serve`` does: folder, migrations, static files, worker, set-up link, server."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from westward.core.errors import RefusedError
from westward.program.folder import DataFolder, held
from westward.program.project import require_packages, start
from westward.program.serving import Serving

REST_S = 2.0
"""Seconds before a worker that ended is started again."""


def serve(folder: DataFolder, how: Serving, *, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Raises
    ------
    RefusedError
        If the folder is in use, a demo, on a network share, or the audit triggers are missing.
    """
    require_packages()
    if folder.demo.exists():
        raise RefusedError(f"{folder.path} holds a demo; open it with `westward demo`, or serve another folder")
    folder.open()
    how.to_environment()
    with held(folder):
        start(folder)
        prepare()
        link = setup_link(how)
        if link:
            say(f"Set up the first administrator here (works once, for 72 hours):\n  {link}")
        with worker():
            say(f"Westward is served at {how.origin}/ (data in {folder.path}). Ctrl-C stops it.")
            run(how)
        settle()


def prepare() -> None:
    """Migrate, make sure that the audit triggers stand, note the site's file of values, collect static files."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.utils import DatabaseError, OperationalError

    from westward.program.audit import triggers
    from westward.program.shell import values

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise RefusedError(f"the database does not answer: {str(error).splitlines()[0]}") from None
    except DatabaseError as error:
        raise RefusedError(f"the database could not be brought up to date: {str(error).splitlines()[0]}") from None
    missing = triggers.names(connection.vendor) - triggers.present(connection)
    if missing:
        raise RefusedError(f"audit triggers are missing ({', '.join(sorted(missing))}); restore a backup")
    values.note_start()
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def setup_link(how: Serving) -> str:
    """A fresh link as long as no administrator has used one; empty afterwards."""
    from westward.program.accounts.actions.invite import first_administrator
    from westward.program.accounts.models import SetupLink

    if SetupLink.objects.filter(used_at__isnull=False).exists():
        return ""
    return f"{how.origin}/set-up/{first_administrator()}/"


def run(how: Serving, *, watch: Callable[[Any], None] | None = None) -> None:
    """Uvicorn in this process; returns when it was told to stop.

    ``watch`` is called in a thread of its own with the server before it starts.
    """
    import uvicorn

    from westward.program.config.asgi import application

    server = uvicorn.Server(configured(how, application))
    if watch is not None:
        threading.Thread(target=watch, args=(server,), daemon=True).start()
    try:
        server.run()
    except SystemExit:
        raise RefusedError(f"port {how.port} on {how.bind} is in use or not allowed; give another --port") from None
    if not server.started:
        raise RefusedError(f"port {how.port} on {how.bind} is in use or not allowed; give another --port")


def configured(how: Serving, application: Any) -> Any:
    """Uvicorn's configuration; TLS begins at 1.2 whatever the Python and OpenSSL of this machine would allow."""
    import uvicorn

    config = uvicorn.Config(
        application,
        host=how.bind,
        port=how.port,
        ssl_certfile=how.certificate or None,
        ssl_keyfile=how.key or None,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


@contextmanager
def worker() -> Iterator[None]:
    """A child that runs the background jobs; started again when it ends, gone when this process goes."""
    stop = threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            # The child leaves when its standard input closes, so it never outlives a server that was killed.
            child = subprocess.Popen([sys.executable, "-m", "westward.program.worker"], stdin=subprocess.PIPE)
            children[:] = [child]
            child.wait()
            stop.wait(REST_S)

    thread = threading.Thread(target=keep, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        for child in children:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stdin:
                child.stdin.close()
        thread.join(timeout=REST_S + 1)


def settle() -> None:
    """Fold SQLite's log into its file, so that the folder lies still."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
