"""How a server is bound, and what that needs. Nothing here imports Django."""

from __future__ import annotations

import json
import os
import re
import ssl
from dataclasses import asdict, dataclass
from pathlib import Path

from westward.core.errors import UsageError

VARIABLE = "WESTWARD_SERVING"
LOCAL = ("localhost", "127.0.0.1", "::1")
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the server listens and under which name people reach it.

    Attributes
    ----------
    bind : str
        Address to listen on.
    port : int
        Port to listen on.
    host : str
        Name in the browser's address line; passkeys belong to it.
    certificate, key : str
        PEM files when the server speaks TLS itself, else empty.
    proxied : bool
        Whether one proxy in front speaks TLS and sets ``X-Forwarded-Proto`` and ``X-Forwarded-For``.
    """

    bind: str = "localhost"
    port: int = 8000
    host: str = "localhost"
    certificate: str = ""
    key: str = ""
    proxied: bool = False

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by TLS."""
        return self.proxied or bool(self.certificate)

    @property
    def origin(self) -> str:
        """What stands before the first slash of every address."""
        if self.proxied:
            return f"https://{self.host}"
        usual = 443 if self.secure else 80
        return f"{'https' if self.secure else 'http'}://{self.host}{'' if self.port == usual else f':{self.port}'}"

    @property
    def hosts(self) -> list[str]:
        """Names that a request may be for."""
        return [self.host] if self.secure else ["localhost", "127.0.0.1", "[::1]"]

    def to_environment(self) -> None:
        """Tell the settings of this process and of its children."""
        os.environ[VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> Serving:
        """What ``to_environment`` told; localhost without it."""
        return cls(**json.loads(os.environ.get(VARIABLE) or "{}"))


def serving(
    *,
    bind: str = "localhost",
    port: int = 8000,
    host: str = "",
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    behind_proxy: str = "",
) -> Serving:
    """Check a wish to serve; everything but localhost needs TLS, its own or a proxy's.

    Raises
    ------
    UsageError
        If chart pages would travel in the clear, or the arguments contradict each other.
    """
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("--tls-cert and --tls-key go together")
    if tls_cert is not None and behind_proxy:
        raise UsageError("give --tls-cert or --behind-proxy, not both: one of them speaks TLS")
    for path in (tls_cert, tls_key):
        if path is not None and not path.is_file():
            raise UsageError(f"{path} is no file")
    name = behind_proxy or host or ("localhost" if bind in LOCAL else bind)
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no host name; give the name people type, such as clinic.example.org")
    if behind_proxy:
        return Serving(bind, port, name, proxied=True)
    if tls_cert is not None and tls_key is not None:
        return Serving(bind, port, name, str(tls_cert.resolve()), str(tls_key.resolve()))
    if bind not in LOCAL or name not in LOCAL:
        raise UsageError(
            f"serving on {bind} would send charts in the clear; "
            "give --tls-cert and --tls-key, or --behind-proxy HOST, or leave --bind at localhost"
        )
    return Serving(bind, port, name)


def require_certificate(how: Serving) -> None:
    """Refuse files that speak no TLS, before anything is made or printed.

    Raises
    ------
    UsageError
        If certificate and key cannot be read, or do not belong together.
    """
    if not how.certificate:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(how.certificate, how.key, password="")
    except (OSError, ValueError):
        raise UsageError(
            f"{how.certificate} and {how.key} are no certificate and its key; "
            "give the chain and the key without a password, both in PEM, readable to the user who serves"
        ) from None
