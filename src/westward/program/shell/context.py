"""What every template may say of the site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from westward.program.shell.site import details


def program(request: HttpRequest) -> dict[str, Any]:
    """``program``: the :class:`~westward.program.shell.site.SiteDetails` of this server."""
    return {"program": details()}
