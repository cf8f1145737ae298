"""Board and timeline under load: how long a page takes with 500 to 5,000 children on SQLite, and how that grows.

Usage: ``python -m benchmarks.clinic [--sizes 500 1000 2500 5000] [--repeat 40]``. A fresh program in a throw-away
folder, its real database settings, the whole way through the middleware (session, second factor, permissions, audit
row, template) in one process, without the network. Medians; times are of this machine.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.tables import Table

BUDGET_MS = 200.0
Times = dict[int, dict[str, list[tuple[float, float]]]]
"""By children and page: ms on the wall and of the processor, of each request."""
SIZES = (500, 1_000, 2_500, 5_000)
REPEAT = 40


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="westward-load-") as folder:
        found = measure(Path(folder), sorted(options.sizes), options.repeat)
    sys.stdout.write(found.text() + "\n")
    if options.markdown:
        options.markdown.write_text(found.markdown() + "\n", encoding="utf-8")


def measure(path: Path, sizes: list[int], repeat: int) -> Table:
    """Fill a program up to each size in turn and time its pages."""
    from westward.program.folder import DataFolder
    from westward.program.project import start

    folder = DataFolder(path / "data")
    folder.open()
    start(folder)
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from benchmarks import clinic_children
    from westward.program.journey import projection
    from westward.program.people.models import Child

    user = clinic_children.staff()
    client = _signed_in(user)
    draw = random.Random(1)
    rows: list[tuple[str, ...]] = []
    medians: Times = {}
    have = 0
    for size in sizes:
        clinic_children.add(size - have, first=have, user=user)
        have = size
        began = time.perf_counter()
        projection.rebuild()
        rebuilt = time.perf_counter() - began
        keys = list(Child.objects.values_list("pk", flat=True))
        pages: dict[str, Callable[[], str]] = {
            "board": lambda: "/board/",
            "board, filtered": lambda: "/board/?stage=follow-up&due=overdue",
            "board, page 10": lambda: "/board/?page=10",
            "timeline": lambda keys=keys: f"/children/{draw.choice(keys)}/",
        }
        medians[size] = {name: _times(client, page, repeat) for name, page in pages.items()}
        act = median(_timed(lambda keys=keys: projection.refresh([draw.choice(keys)]))[0] for _ in range(repeat))
        told = [_told(times) for times in medians[size].values()]
        rows.append((f"{size:,}", *told, f"{act:.1f}", f"{rebuilt:.1f}"))
    columns = ("children", *medians[sizes[0]], "row of one child", "all rows, s")
    return Table(
        "The clinic: board and timeline, ms: median (95th percentile; CPU)",
        columns,
        tuple(rows),
        _notes(medians, repeat),
    )


def _notes(medians: Times, repeat: int) -> tuple[str, ...]:
    last = max(medians)
    worst = max(_middle(times) for times in medians[last].values())
    verdict = "kept" if worst <= BUDGET_MS else "MISSED"
    notes = [f"Budget of {BUDGET_MS:.0f} ms at the median with {last:,} children: {verdict} (slowest {worst:.0f} ms)."]
    if len(medians) > 1:
        grown = ", ".join(f"{name} {_power(medians, name):.2f}" for name in medians[last])
        notes.append(f"CPU time grows as children to the power of: {grown}.")
    notes.append(f"{repeat} requests each, after 3 that do not count; one process, no network, SQLite in a file.")
    load = os.getloadavg()
    notes.append(f"Load of the last 1, 5 and 15 minutes at the end: {load[0]:.1f}, {load[1]:.1f}, {load[2]:.1f}.")
    return tuple(notes)


def _power(medians: Times, name: str) -> float:
    points = [(math.log(size), math.log(median(cpu for _, cpu in told[name]))) for size, told in medians.items()]
    x0, y0 = (sum(p[k] for p in points) / len(points) for k in (0, 1))
    return sum((x - x0) * (y - y0) for x, y in points) / sum((x - x0) ** 2 for x, _ in points)


def _middle(times: list[tuple[float, float]]) -> float:
    return median(wall for wall, _ in times)


def _told(times: list[tuple[float, float]]) -> str:
    walls = sorted(wall for wall, _ in times)
    high = walls[min(math.ceil(0.95 * len(walls)) - 1, len(walls) - 1)]
    return f"{median(walls):.0f} ({high:.0f}; {median(cpu for _, cpu in times):.0f})"


def _times(client: Any, page: Callable[[], str], repeat: int) -> list[tuple[float, float]]:
    found = []
    for n in range(repeat + 3):
        address = page()
        took = _timed(lambda address=address: _get(client, address))
        if n >= 3:
            found.append(took)
    return found


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _timed(do: Callable[[], Any]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    do()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


def _signed_in(user: Any) -> Any:
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.test import Client

    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


if __name__ == "__main__":
    main()
