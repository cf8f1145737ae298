"""Django on a throw-away data folder; on PostgreSQL when ``WESTWARD_TEST_POSTGRESQL`` names a server."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the program extra is not installed")

_FOLDER = Path(tempfile.mkdtemp(prefix="westward-tests-"))
os.environ["WESTWARD_FOLDER"] = str(_FOLDER)
os.environ["WESTWARD_DATABASE"] = os.environ.get("WESTWARD_TEST_POSTGRESQL", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "westward.program.config.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


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
    shutil.rmtree(_FOLDER, ignore_errors=True)
