"""The application that uvicorn runs."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from westward.program.config.bodies import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "westward.program.config.settings")
application = limited(get_asgi_application())
