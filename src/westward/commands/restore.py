"""``westward restore``: put a backup into an empty folder."""

from __future__ import annotations

from argparse import Namespace


def run(options: Namespace) -> int:
    """Check every hash, then copy."""
    from westward.program.backup import restore
    from westward.program.folder import DataFolder

    manifest = restore(options.backup, DataFolder(options.data.absolute()))
    print(f"{options.data}: restored {len(manifest['files'])} files of {manifest['made']}")
    return 0
