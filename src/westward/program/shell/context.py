"""What every template may say of the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from westward.program.shell.site import details


def program(request: HttpRequest) -> dict[str, Any]:
    """``program``: the :class:`~westward.program.shell.site.SiteDetails` of this server; ``mail``: whether it is on."""
    return {"program": details(), "mail": settings.MAIL}
