"""The process that runs background jobs: ``python -m westward.program.worker``, a child of the server."""

from __future__ import annotations

import os
import threading

GRACE_S = 30.0
"""Seconds that a running job gets after the server has gone; every job may be run again."""


def _leave_with_server() -> None:
    """Wait until the server's end of our standard input closes, then leave."""
    while os.read(0, 4096):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os.kill(os.getpid(), 15)
    threading.Event().wait(GRACE_S)
    os._exit(1)


def main() -> None:
    """Run jobs, and what is due again and again, until told to stop."""
    threading.Thread(target=_leave_with_server, daemon=True).start()
    import django
    from django.core.management import call_command

    django.setup()
    from westward.program.shell import ticks

    stop = threading.Event()
    threading.Thread(target=ticks.run, args=(stop,), daemon=True).start()
    call_command("db_worker", interval=1, verbosity=0, reload=False, startup_delay=False)
    stop.set()


if __name__ == "__main__":
    main()
