"""Everything but localhost needs TLS."""

from __future__ import annotations

from pathlib import Path

import pytest

from westward.core.errors import UsageError
from westward.program.serving import Serving, serving


def test_localhost_is_served_in_the_clear_under_a_name_that_passkeys_accept() -> None:
    how = serving(port=8123)
    assert (how.origin, how.secure) == ("http://localhost:8123", False)
    assert serving(bind="127.0.0.1").origin == "http://localhost:8000"


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.0.2.7", "clinic.example.org"])
def test_any_other_bind_is_refused_without_tls(bind: str) -> None:
    with pytest.raises(UsageError):
        serving(bind=bind, host="clinic.example.org")


def test_another_name_on_localhost_is_refused_too() -> None:
    with pytest.raises(UsageError, match="in the clear"):
        serving(host="clinic.example.org")


def test_a_proxy_or_a_certificate_makes_it_secure(tmp_path: Path) -> None:
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("")
    own = serving(
        bind="0.0.0.0", port=443, host="a.example.org", tls_cert=tmp_path / "c.pem", tls_key=tmp_path / "k.pem"
    )
    assert (own.origin, own.secure, own.hosts) == ("https://a.example.org", True, ["a.example.org"])
    behind = serving(bind="127.0.0.1", behind_proxy="b.example.org")
    assert (behind.origin, behind.secure, behind.hosts) == ("https://b.example.org", True, ["b.example.org"])


def test_half_a_certificate_and_contradictions_are_refused(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("")
    with pytest.raises(UsageError, match="go together"):
        serving(tls_cert=tmp_path / "c.pem")
    with pytest.raises(UsageError, match="not both"):
        serving(tls_cert=tmp_path / "c.pem", tls_key=tmp_path / "c.pem", behind_proxy="b.example.org")
    with pytest.raises(UsageError, match="no host name"):
        serving(behind_proxy="https://b.example.org/")


def test_children_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WESTWARD_SERVING", "")
    assert Serving.from_environment() == Serving()
    how = serving(behind_proxy="b.example.org", port=9000)
    how.to_environment()
    assert Serving.from_environment() == how
