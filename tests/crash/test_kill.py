"""kill -9 during acts, uploads and jobs: nothing that was acknowledged is lost, and the audit chain holds."""

from __future__ import annotations

import random
import socket
import sys
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from tests.crash.clinic import Clinic, Process

pytestmark = pytest.mark.slow
TOKEN = "t" * 32


def test_two_processes_killed_amid_acts_lose_no_acknowledged_chart(clinic: Clinic) -> None:
    chance = random.Random(7)
    acknowledged: list[str] = []
    for round_ in range(2):
        pair = [clinic.run("add", f"{round_}{name}-") for name in "ab"]
        for one in pair:
            acknowledged += one.lines(3)
        time.sleep(chance.random() * 0.4)
        for one in pair:
            acknowledged += one.kill()
    made = clinic.check()
    assert set(acknowledged) <= set(made)
    assert len(made) == len(set(made))
    # At most the one act in flight of each process was done without having been told.
    assert len(made) - len(acknowledged) <= 4
    assert len(acknowledged) >= 12


def test_a_process_killed_amid_uploads_leaves_no_row_without_its_whole_file(clinic: Clinic) -> None:
    acknowledged: list[str] = []
    for round_ in range(3):
        one = clinic.run("upload", f"{round_}-", str(3_000_000))
        acknowledged += one.lines(2)
        time.sleep(0.03 * round_)
        acknowledged += one.kill()
    clinic.check()
    found = clinic.ask("uploads")
    assert set(acknowledged) <= set(found)
    assert not [line for line in found if line.endswith(("missing", "torn"))]
    assert len(acknowledged) >= 6


def test_two_workers_take_each_job_once(clinic: Clinic) -> None:
    jobs = clinic.ask("enqueue", "24")
    workers = [clinic.run("work") for _ in range(2)]
    assert [one.end()[0] for one in workers] == [0, 0]
    rows = clinic.ask("rows")
    assert sorted(rows) == sorted(f"job:{number}" for number in jobs)
    clinic.check()


def test_jobs_survive_a_worker_that_is_killed(clinic: Clinic) -> None:
    jobs = clinic.ask("enqueue", "40")
    first = clinic.run("work")
    while not clinic.ask("rows"):
        pass
    first.kill()
    assert clinic.run("work").end()[0] == 0
    rows = clinic.ask("rows")
    assert len(rows) == len(set(rows))
    # The job in flight alone may be left for a person or a sweep to start again; it is not lost from the queue.
    assert len(jobs) - len(rows) <= 1
    clinic.check()


def _ask(port: int, path: str, *, form: dict[str, str] | None = None, cookies: str = "") -> tuple[int, str, bytes]:
    """Status, where it leads, and the page."""
    headers = {"Cookie": f"{cookies}; csrf={TOKEN}", "X-CSRFToken": TOKEN}
    with closing(HTTPConnection("localhost", port, timeout=10)) as asked:
        if form is None:
            asked.request("GET", path, headers=headers)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            asked.request("POST", path, urlencode(form), {**headers, **kind})
        answer = asked.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read()


def _serve(clinic: Clinic) -> tuple[Process, int]:
    """The real server, once it answers."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "westward", "serve", "--data", str(clinic.folder), "--port", str(port)]
    server = clinic.start(command)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            assert _ask(port, "/healthy/")[0] == 200
            return server, port
        except OSError:
            assert server.child.poll() is None, server.end()
            time.sleep(0.1)
    raise AssertionError("the server did not answer within a minute")


def test_a_server_killed_amid_answers_loses_nothing_and_starts_again(clinic: Clinic) -> None:
    (cookie,) = clinic.ask("session")
    server, port = _serve(clinic)
    acknowledged: list[str] = []
    killer = threading.Timer(0.7, server.child.kill)
    for i in range(1000):
        if i == 3:
            killer.start()  # a request is in flight when it strikes
        form = {"name": f"Nurse {i}", "username": f"nurse{i}", "role": "nurse", "purpose": "care"}
        try:
            status, leads_to, _ = _ask(port, "/staff/invite/", form=form, cookies=cookie)
        except (OSError, HTTPException):
            break
        assert (status, leads_to[:7]) == (302, "/staff/")
        acknowledged.append(f"nurse{i}")
    killer.join()
    server.kill()
    assert set(acknowledged) <= set(clinic.ask("accounts"))
    assert len(acknowledged) >= 4
    clinic.check()
    again, port = _serve(clinic)
    assert b">Nurse 3<" in _ask(port, "/staff/", cookies=cookie)[2]
    again.child.terminate()
    assert again.child.wait(timeout=40) in (0, 143, -15)
