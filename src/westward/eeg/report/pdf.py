"""The report as PDF, for those who installed the ``pdf`` extra."""

from __future__ import annotations

import os
from pathlib import Path

from westward.core.errors import UsageError


def write(report: Path, target: Path) -> None:
    """Print ``report.html`` to PDF with its print styles.

    Raises
    ------
    UsageError
        If WeasyPrint or a library it needs is missing; any browser's print dialog does the same job.
    """
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise UsageError(
            f"no PDF without WeasyPrint ({error}); install westward[pdf], or print {report.name} from a browser"
        ) from error
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        weasyprint.HTML(filename=str(report)).write_pdf(str(temporary))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
