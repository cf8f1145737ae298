"""``westward backup``: copy a program, running or not, to a new folder."""

from __future__ import annotations

from argparse import Namespace


def run(options: Namespace) -> int:
    """Copy and say what to write down."""
    from westward.program.backup import backup
    from westward.program.project import existing

    manifest = backup(existing(options.data), options.out)
    audit = manifest["audit"]
    print(f"{options.out}: {len(manifest['files'])} files, audit row {audit['seq']} {audit['digest']}")
    return 0
