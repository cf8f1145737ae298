"""One piece of work for a worker process: a recording or a batch of mutations."""

from __future__ import annotations

from pathlib import Path

from acceptance.cases import Case
from acceptance.mutated import MutationBatch, run_batch
from acceptance.run import run_case
from acceptance.semireal import SemiRealCase

Task = Case | SemiRealCase | MutationBatch


def do(task: Task, folder: Path) -> str:
    """Do it unless its result is in the folder; what to print of it."""
    if isinstance(task, MutationBatch):
        outcomes = [o["outcome"] for o in run_batch(task, folder)["outcomes"]]
        return ", ".join(f"{name} {outcomes.count(name)}" for name in sorted(set(outcomes)))
    r = run_case(task, folder)
    near = ", near a limit" if r["near_limit"] else ""
    return f"true {r['rule_true']}, found {r['rule'] or 'not assessable'}{near}; {r['wall_s']:.0f} s"
