"""The clinical rules with one small change each: does a test fail? (mutmut; the rules are ``westward.care``)"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from acceptance.bars import Bar
from acceptance.commit import ROOT
from acceptance.figures import Result
from acceptance.run import keep, kept_result
from acceptance.tables import listed, table

ROOM = Path("src/westward/care")
TESTS = ("tests/care", "tests/spec", "tests/support")
NEEDED = ("pyproject.toml", "README.md", "src", "tests", "acceptance", "benchmarks", "tools", "docs")
ARGUED = Path(__file__).with_name("care_survivors.toml")
"""Surviving mutants by name, and why each is the same rule, or why no test tells it."""
KILLED, SURVIVED, UNTESTED, SLOW = "killed", "survived", "no test", "out of time"
_OUTCOMES = {0: SURVIVED, 5: UNTESTED, 33: UNTESTED, 36: SLOW, 24: SLOW, -24: SLOW, 152: SLOW, 255: SLOW}
"""By mutmut's exit code; every other one is a test that failed."""


@dataclass(frozen=True)
class CareModule:
    """One module of the rules, and the digest of their tests."""

    module: str
    tests: str
    group: str = "caremutants"
    minutes: float = 0.0

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.group}-{self.module}-{self.tests}"


def care_modules() -> list[CareModule]:
    """Every module with something to change; none without mutmut."""
    if find_spec("mutmut") is None:
        return []
    digest = sha256()
    for path in sorted(p for folder in TESTS for p in (ROOT / folder).rglob("*.py")):
        digest.update(path.read_bytes())
    stems = [path.stem for path in sorted((ROOT / ROOM).glob("*.py")) if path.stem != "__init__"]
    return [CareModule(stem, digest.hexdigest()[:8]) for stem in stems]


def run_module(module: CareModule, results: Path) -> dict[str, Any]:
    """Outcome of every mutant of one module, from the results folder if it is there."""
    if (known := kept_result(module.name, results)) is not None:
        return known
    with tempfile.TemporaryDirectory(prefix="westward-mutants-") as scratch:
        folder = Path(scratch)
        for name in NEEDED:
            of = ROOT / name
            if of.is_dir():
                shutil.copytree(of, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
            else:
                shutil.copy2(of, folder / name)
        alone = f'only_mutate = ["{ROOM}/{module.module}.py"]'
        text = (folder / "pyproject.toml").read_text("utf-8")
        (folder / "pyproject.toml").write_text(text.replace(f'only_mutate = ["{ROOM}/*"]', alone), "utf-8")
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        meta = folder / "mutants" / ROOM / f"{module.module}.py.meta"
        if not meta.exists():
            raise RuntimeError(f"mutmut told nothing of {module.module}: {(done.stdout + done.stderr)[-400:]}")
        codes = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
        outcomes = {_short(name): _OUTCOMES.get(code, KILLED) for name, code in codes.items()}
        if None in codes.values():
            raise RuntimeError(f"mutmut did not finish {module.module}: {(done.stdout + done.stderr)[-400:]}")
        changes = {name: _change(folder, f"westward.care.{name}") for name, o in outcomes.items() if o == SURVIVED}
    result = {**asdict(module), "outcomes": outcomes, "changes": changes}
    keep(module.name, results, result)
    return result


def _short(name: str) -> str:
    return name.removeprefix("westward.care.")


def _change(folder: Path, name: str) -> str:
    """The line as it was and as it is in a mutant."""
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=folder, capture_output=True, text=True, check=False
    )
    lines = [line for line in shown.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return " → ".join(line[1:].strip() for line in lines)


def argued() -> dict[str, str]:
    """Arguments by name of the mutant."""
    return dict(tomllib.loads(ARGUED.read_text("utf-8"))) if ARGUED.exists() else {}


def bars(modules: Sequence[Result]) -> list[Bar]:
    """Every mutant is killed, or its survival is argued; no argument outlives its mutant."""
    every = [(name, o) for m in modules for name, o in m["outcomes"].items()]
    why = argued()
    left = [name for name, o in every if o != KILLED and name not in why]
    ran, alive = {m["module"] for m in modules}, {name for name, o in every if o != KILLED}
    stale = [name for name in why if name.split(".", 1)[0] in ran and name not in alive]
    killed = sum(o == KILLED for _, o in every)
    share = f"{100 * killed / len(every):.1f} % ({killed} of {len(every)})" if every else "none"
    return [
        Bar("Mutants of the clinical rules killed", share, "told", True if every else None),
        Bar("Survivors without an argument", str(len(left)), "0", not left if every else None),
        Bar("Arguments for a mutant that is killed or gone", str(len(stale)), "0", not stale if every else None),
    ]


def section(modules: Sequence[Result]) -> str:
    """What survives, module by module, with what was changed and the argument."""
    names = (KILLED, SURVIVED, UNTESTED, SLOW)
    rows = [
        (m["module"], *(str(sum(o == n for o in m["outcomes"].values()) or "") for n in names))
        for m in sorted(modules, key=lambda m: m["module"])
    ]
    why = argued()
    left = [
        f"`{name}` ({o}): `{m['changes'].get(name, '')}` {why.get(name, '**not argued**')}"
        for m in modules
        for name, o in m["outcomes"].items()
        if o != KILLED
    ]
    return f"""## Mutants of the clinical rules

`westward.care` with one small change at a time (mutmut); a test of `tests/care` or `tests/spec` has to fail.

{table(("Module", *names), rows)}
### Survivors

{listed(left) or "None."}
"""
