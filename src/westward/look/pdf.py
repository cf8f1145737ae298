"""WeasyPrint, for whoever has the ``pdf`` extra."""

from __future__ import annotations

from typing import Any

from westward.core.errors import UsageError


def weasyprint(*, instead: str) -> Any:
    """The module that prints a page of HTML to a PDF; ``instead`` says what to do without it.

    Raises
    ------
    UsageError
        If WeasyPrint or a library it needs is missing.
    """
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise UsageError(f"no PDF without WeasyPrint ({error}); install westward[pdf], or {instead}") from error
    return weasyprint
