"""The help of a command must not load what only its work needs."""

from __future__ import annotations

import os
import subprocess
import sys


def check_help_is_light(command: str, word: str) -> None:
    """``--help`` names ``word`` and loads neither NumPy, SciPy, Jinja nor the command's room."""
    code = (
        "import sys; from westward import cli\n"
        f"try: cli.main(['{command}', '--help'])\n"
        "except SystemExit: pass\n"
        f"assert not {{'numpy', 'scipy', 'jinja2', 'westward.eeg.{command}'}} & set(sys.modules), 'heavy'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout
