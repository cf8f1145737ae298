"""Triggers that forbid changing or deleting audit rows, for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

ENTRY, HEAD = "audit_entry", "audit_head"

_SAY = "audit rows are never changed"

# ruff: noqa: S608  our own table names
SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRY} BEGIN SELECT RAISE(ABORT, '{_SAY}'); END",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRY} BEGIN SELECT RAISE(ABORT, '{_SAY}'); END",
    "audit_entry_in_order": (
        f"BEFORE INSERT ON {ENTRY} WHEN NEW.seq <> (SELECT seq FROM {HEAD} WHERE id = 1) + 1 "
        "BEGIN SELECT RAISE(ABORT, 'an audit row follows the head'); END"
    ),
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD} BEGIN SELECT RAISE(ABORT, '{_SAY}'); END",
    "audit_head_forward": (
        f"BEFORE UPDATE ON {HEAD} WHEN NEW.seq <> OLD.seq + 1 OR NEW.digest IS NOT "
        f"(SELECT digest FROM {ENTRY} WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'the head follows the last row'); END"
    ),
}

_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_SAY}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION audit_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <> (SELECT seq FROM {HEAD} WHERE id = 1) + 1 THEN
    RAISE EXCEPTION 'an audit row follows the head' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION audit_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <> OLD.seq + 1
     OR NEW.digest IS DISTINCT FROM (SELECT digest FROM {ENTRY} WHERE seq = NEW.seq) THEN
    RAISE EXCEPTION 'the head follows the last row' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

POSTGRESQL = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION audit_forbid()",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION audit_forbid()",
    "audit_entry_no_truncate": f"BEFORE TRUNCATE ON {ENTRY} FOR EACH STATEMENT EXECUTE FUNCTION audit_forbid()",
    "audit_entry_in_order": f"BEFORE INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION audit_in_order()",
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD} FOR EACH ROW EXECUTE FUNCTION audit_forbid()",
    "audit_head_no_truncate": f"BEFORE TRUNCATE ON {HEAD} FOR EACH STATEMENT EXECUTE FUNCTION audit_forbid()",
    "audit_head_forward": f"BEFORE UPDATE ON {HEAD} FOR EACH ROW EXECUTE FUNCTION audit_forward()",
}


def names(vendor: str) -> frozenset[str]:
    """Triggers that a database of this kind must carry."""
    return frozenset(SQLITE if vendor == "sqlite" else POSTGRESQL)


def install(connection: Any) -> None:
    """Create every trigger that is not there."""
    missing = names(connection.vendor) - present(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTIONS)
        for name in sorted(missing):
            body = (SQLITE if connection.vendor == "sqlite" else POSTGRESQL)[name]
            cursor.execute(f"CREATE TRIGGER {name} {body}")


def remove(connection: Any) -> None:
    """Drop them, for the way back of the migration only."""
    with connection.cursor() as cursor:
        for name in sorted(present(connection)):
            table = ENTRY if name.startswith(ENTRY) else HEAD
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def present(connection: Any) -> frozenset[str]:
    """Those of our triggers that the database carries and that are switched on."""
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return names(connection.vendor) & {row[0] for row in cursor.fetchall()}
