"""A migrated program, made once and copied for each crash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from zlib import crc32

import pytest

pytest.importorskip("django", reason="the program extra is not installed")

import pytest_django
from tests.crash.clinic import Clinic, copy, prepare


@pytest.fixture(scope="session")
def template(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest_django.DjangoDbBlocker | None
) -> Clinic:
    """Nothing blocks the database where no test of the program was collected."""
    with django_db_blocker.unblock() if django_db_blocker is not None else nullcontext():
        return prepare(tmp_path_factory.mktemp("crash") / "template")


@pytest.fixture
def clinic(template: Clinic, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Clinic]:
    one = copy(template, tmp_path / "data", name=f"westward_crash_{crc32(request.node.nodeid.encode())}")
    yield one
    close(one)


def close(one: Clinic) -> None:
    """Leave no process behind."""
    for process in one.processes:
        if process.child.poll() is None:
            process.kill()
        if process.child.stdout:
            process.child.stdout.close()
