"""Django on a throw-away data folder; on PostgreSQL when ``WESTWARD_TEST_POSTGRESQL`` names a server.

Imported for its effect by every conftest whose tests need the program; the first import sets it up.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="westward-tests-"))
"""The data folder of this test session."""

atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["WESTWARD_FOLDER"] = str(FOLDER)
os.environ["WESTWARD_DATABASE"] = os.environ.get("WESTWARD_TEST_POSTGRESQL", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "westward.program.config.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
