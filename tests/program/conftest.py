"""Django on a throw-away data folder; on PostgreSQL when ``WESTWARD_TEST_POSTGRESQL`` names a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

pytest.importorskip("django", reason="the program extra is not installed")

import pytest_django
import tests.support.program  # noqa: F401  sets Django up


@pytest.fixture(scope="session", autouse=True)
def _light() -> Iterator[None]:
    """Cheap password digests and static files without a manifest: neither is under test here."""
    from django.test import override_settings

    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """The database of the tests begins as a copy of the empty one: ``migrate`` then finds nothing left to do."""
    from django.db import connection
    from tests.support import empty

    with ExitStack() as until_the_end:
        with django_db_blocker.unblock():
            if os.environ.get("WESTWARD_TEST_POSTGRESQL"):
                connection.settings_dict["TEST"]["TEMPLATE"] = empty.postgresql()
            else:
                held = empty.into_memory(connection.creation._get_test_db_name())
                until_the_end.enter_context(closing(held))
        yield


@pytest.fixture(autouse=True)
def _unthrottled() -> None:
    """Throttles count in the cache; what one test did does not slow the next."""
    from django.core.cache import cache

    cache.clear()


WITHOUT_BOARD = {"treatment", "followup", "etiology", "letters", "local", "diagnosis", "people"}
"""Folders whose tests ask nothing of the board, but for those marked ``board``."""


@pytest.fixture(autouse=True)
def _board(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the board is not under test it is left alone: every act would compute its child's row anew."""
    from westward.program.acts import acted
    from westward.program.journey import projection

    if request.path.parent.name not in WITHOUT_BOARD or request.node.get_closest_marker("board"):
        yield
        return
    acted.disconnect(projection.on_act, dispatch_uid="journey")
    try:
        yield
    finally:
        acted.connect(projection.on_act, dispatch_uid="journey")
