"""Everything but localhost needs TLS."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from westward.cli import main
from westward.core.errors import UsageError
from westward.program.server import configured
from westward.program.serving import Serving, require_certificate, serving


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


def test_files_that_speak_no_tls_are_refused_before_a_folder_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = tmp_path / "c.pem"
    pem.write_text("no certificate")
    data = tmp_path / "data"
    assert main(["serve", "--data", str(data), "--tls-cert", str(pem), "--tls-key", str(pem)]) == 2
    assert "are no certificate and its key; give" in capsys.readouterr().err
    assert not data.exists()


def certified(folder: Path, name: str) -> Serving:
    """A certificate of its own making and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number(), now, now).sign(
        key, hashes.SHA256()
    )
    certificate, secret = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Serving(certificate=str(certificate), key=str(secret))


def test_a_certificate_with_its_key_is_taken_and_with_another_key_is_not(tmp_path: Path) -> None:
    one, other = certified(tmp_path, "a"), certified(tmp_path, "b")
    require_certificate(Serving())
    require_certificate(one)
    with pytest.raises(UsageError, match="no certificate and its key"):
        require_certificate(Serving(certificate=one.certificate, key=other.key))


def test_tls_begins_at_1_2(tmp_path: Path) -> None:
    """Whatever this Python would allow: Debian's own begins where OpenSSL does."""
    context = configured(certified(tmp_path, "a"), None).ssl
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert not any(
        "RC4" in one["name"] or "NULL" in one["name"] or "EXP" in one["name"] for one in context.get_ciphers()
    )
    assert configured(Serving(), None).ssl is None


def test_children_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WESTWARD_SERVING", "")
    assert Serving.from_environment() == Serving()
    how = serving(behind_proxy="b.example.org", port=9000)
    how.to_environment()
    assert Serving.from_environment() == how
