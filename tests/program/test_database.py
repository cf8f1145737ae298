"""Which database these tests run on, and that it is the one that was asked for."""

from __future__ import annotations

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for() -> None:
    asked = os.environ.get("WESTWARD_TEST_POSTGRESQL")
    assert connection.vendor == ("postgresql" if asked else "sqlite")
    with connection.cursor() as cursor:
        if asked:
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) >= 140000
        else:
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone()[0] == 1
