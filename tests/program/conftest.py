"""Django on a throw-away data folder; on PostgreSQL when ``WESTWARD_TEST_POSTGRESQL`` names a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("django", reason="the program extra is not installed")

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


@pytest.fixture(autouse=True)
def _unthrottled() -> None:
    """Throttles count in the cache; what one test did does not slow the next."""
    from django.core.cache import cache

    cache.clear()
