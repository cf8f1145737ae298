"""The data folder is closed to others, and SQLite never lies on a network share."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from westward.core.errors import RefusedError, UsageError
from westward.program.database import databases
from westward.program.folder import DataFolder, file_system, held, refuse_network_share


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_key_are_closed_to_others_even_if_they_were_open(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.path.mkdir(mode=0o755)
    folder.open()
    key = folder.read_key()
    folder.key.chmod(0o644)
    folder.open()
    assert (mode(folder.path), mode(folder.key), mode(folder.files)) == (0o700, 0o600, 0o700)
    assert folder.read_key() == key
    assert len(key) >= 64


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(RefusedError, match="is a file"):
        DataFolder(tmp_path / "data").open()


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data").open()
    with held(folder), pytest.raises(RefusedError, match="another server"), held(folder):
        pass
    with held(folder):
        pass


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_a_network_share_is_refused_below_its_mount_point_only(tmp_path: Path, kind: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/net\\040work {kind} rw 0 0\n"
    share = tmp_path / "net work"
    assert file_system(share / "data", mounts=mounts) == kind
    assert file_system(tmp_path / "net workshop", mounts=mounts) == "ext4"
    with pytest.raises(RefusedError, match=kind):
        refuse_network_share(share / "data", mounts=mounts)
    refuse_network_share(tmp_path, mounts=mounts)


@pytest.mark.parametrize("source", ["//nas/data", "nas:/data", "10.0.0.2:/data", "[fd00::2]:/data"])
def test_a_share_is_known_by_its_source_whatever_its_type_is_called(tmp_path: Path, source: str) -> None:
    with pytest.raises(RefusedError, match="network share"):
        refuse_network_share(tmp_path, mounts=f"{source} {tmp_path} fuse.other rw 0 0\n")


@pytest.mark.parametrize("source", ["/dev/disk/by-path/pci-0000:00:1f.2-ata-1", "overlay", "tank/data", "UUID=1:2"])
def test_a_local_source_is_no_share(tmp_path: Path, source: str) -> None:
    refuse_network_share(tmp_path, mounts=f"{source} {tmp_path} ext4 rw 0 0\n")


def test_a_local_disk_mounted_inside_a_share_is_local(tmp_path: Path) -> None:
    mounts = f"s:/x {tmp_path} nfs rw 0 0\n/dev/sdb {tmp_path}/disk xfs rw 0 0\n"
    assert file_system(tmp_path / "disk" / "data", mounts=mounts) == "xfs"


def test_sqlite_runs_with_the_measured_settings(tmp_path: Path) -> None:
    options = databases("", tmp_path / "w.sqlite3")["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        assert pragma in options["init_command"]


def test_postgresql_by_one_address(tmp_path: Path) -> None:
    one = databases("postgresql://u%40x:p%2Fw@db.example.org:5433/clinic?sslmode=require", tmp_path)["default"]
    assert (one["USER"], one["PASSWORD"], one["HOST"], one["PORT"], one["NAME"]) == (
        "u@x", "p/w", "db.example.org", "5433", "clinic",
    )  # fmt: skip
    assert one["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://u:secret@h/n", "postgresql://u:secret@h", "postgresql://u:secret@h:x/n"])
def test_another_address_is_refused_without_repeating_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        databases(url, tmp_path)
    assert "secret" not in str(caught.value)


def test_postgresql_elsewhere_is_reached_by_tls_alone(tmp_path: Path) -> None:
    def mode_of(url: str) -> str:
        return str(databases(url, tmp_path / "x")["default"]["OPTIONS"].get("sslmode", ""))

    assert mode_of("postgresql://w@db.example.org/w") == "require"
    assert mode_of("postgresql://w@db.example.org/w?sslmode=verify-full") == "verify-full"
    assert mode_of("postgresql://w@/w?host=db.example.org") == "require"
    assert mode_of("postgresql://w@localhost/w") == mode_of("postgresql://w@/w?host=/run/postgresql") == ""
    for weak in ("disable", "allow", "prefer"):
        with pytest.raises(UsageError, match="in the clear"):
            databases(f"postgresql://w:secret@db.example.org/w?sslmode={weak}", tmp_path / "x")
