"""The chain in the database: rows stand and fall with their transaction, and nothing changes them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from westward.program.audit import triggers
from westward.program.audit.models import Entry, Head
from westward.program.audit.queries import head, search, walk
from westward.program.audit.record import Who, record, record_list

pytestmark = pytest.mark.django_db
ME = Who(actor="user:1", act_id="a")


def three() -> None:
    with transaction.atomic():
        for i in range(1, 4):
            record(ME, "chart.read", f"child:{i}", detail={"n": i, "words": "é"})


def test_rows_are_chained_and_read_back_whole() -> None:
    three()
    assert walk().whole
    assert walk().rows == head()[0] == 3
    assert [entry.target for entry in search(target="child:2")] == ["child:2"]


def test_outside_a_transaction_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("westward.program.audit.record.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(transaction.TransactionManagementError):
        record(ME, "chart.read")


def test_a_row_falls_with_what_it_tells_about() -> None:
    three()
    with pytest.raises(TypeError), transaction.atomic():
        assert record(ME, "chart.write", "child:1") and record(ME, "chart.write", detail={"mg": 1.5})  # noqa: PT018
    assert (head()[0], walk().whole) == (3, True)


def put_in_place(table: str, rest: str) -> None:
    """Write a row over the one with the same key, in one statement, as each database spells it."""
    key = {"audit_head": "id", "audit_entry": "seq"}[table]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"REPLACE INTO {table} {rest}")
        else:
            cursor.execute(f"INSERT INTO {table} {rest} ON CONFLICT ({key}) DO UPDATE SET digest = 'x'")


FORBIDDEN = {
    "put a head in place of the head": lambda: put_in_place("audit_head", "(id, seq, digest) VALUES (1, 1, 'x')"),
    "put a row in place of a row": lambda: put_in_place("audit_entry", "SELECT * FROM audit_entry WHERE seq = 2"),
    "change a row": lambda: Entry.objects.filter(seq=2).update(actor="user:2"),
    "delete a row": lambda: Entry.objects.filter(seq=3).delete(),
    "delete all": lambda: Entry.objects.all()._raw_delete("default"),
    "skip a number": lambda: Entry.objects.create(
        seq=9, at="2026-12-01T00:00:00Z", actor="x", verb="x", outcome="done", detail="{}", previous="p", digest="d"
    ),
    "turn the head back": lambda: Head.objects.update(seq=1),
    "delete the head": lambda: Head.objects.all().delete(),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_database_forbids_to(what: str) -> None:
    three()
    with pytest.raises(DatabaseError), transaction.atomic():
        FORBIDDEN[what]()
    assert (head()[0], walk().whole) == (3, True)


TAMPERED = {
    "UPDATE audit_entry SET actor = 'user:2' WHERE seq = 2": 2,
    "UPDATE audit_entry SET detail = '{}' WHERE seq = 1": 1,
    "DELETE FROM audit_entry WHERE seq = 2": 2,
    "DELETE FROM audit_entry WHERE seq = 3": 3,
    "UPDATE audit_entry SET seq = 9 WHERE seq = 3": 3,
    "UPDATE audit_head SET seq = 2": 3,
}


@pytest.mark.parametrize("sql", TAMPERED)
def test_whoever_drops_the_triggers_is_found(sql: str) -> None:
    three()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    verdict = walk()
    assert verdict.broken is not None
    assert verdict.broken.seq == TAMPERED[sql]


def test_missing_triggers_alone_are_told() -> None:
    three()
    triggers.remove(connection)
    assert "triggers are missing" in walk().broken.why  # type: ignore[union-attr]
    triggers.install(connection)
    assert walk().whole


def test_production_migrations_leave_every_trigger() -> None:
    assert triggers.present(connection) == triggers.names(connection.vendor)


def test_a_list_is_one_row_without_names() -> None:
    row = record_list(ME, "children.list", ["child:1", "child:2"], chosen={"search": True})
    other = record_list(ME, "children.list", ["child:2", "child:1"])
    assert row.detail.startswith('{"count":2,"filter":{"search":true},"ids_sha256":"')
    assert "child" not in row.detail
    assert row.detail[-70:] != other.detail[-70:]


@pytest.mark.parametrize("detail", [{"mg": 1.5}, {"who": object()}])
def test_details_have_one_spelling(detail: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        record(ME, "chart.write", detail=detail)
