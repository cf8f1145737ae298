"""One piece of work for a worker process: a recording, a real file or a batch of mutations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from acceptance.care_mutants import KILLED, CareModule, run_module
from acceptance.cases import Case
from acceptance.mutated import MutationBatch, run_batch
from acceptance.other.cases import OtherCase
from acceptance.real_files import RealFile, run_file
from acceptance.run import run_case
from acceptance.semireal import SemiRealCase
from acceptance.spasm_cases import SpasmCase
from acceptance.spasm_semireal import SpasmClipCase

Task = Case | SemiRealCase | SpasmCase | SpasmClipCase | OtherCase | RealFile | MutationBatch | CareModule


def do(task: Task, folder: Path) -> str:
    """Do it unless its result is in the folder; what to print of it."""
    if isinstance(task, MutationBatch):
        outcomes = [o["outcome"] for o in run_batch(task, folder)["outcomes"]]
        return ", ".join(f"{name} {outcomes.count(name)}" for name in sorted(set(outcomes)))
    if isinstance(task, CareModule):
        told = list(run_module(task, folder)["outcomes"].values())
        return f"{told.count(KILLED)} of {len(told)} mutants killed"
    if isinstance(task, RealFile):
        r = run_file(task, folder)
        return r["why"] or f"{r['n']} candidates, {r['clusters']} clusters in {r['duration_s']:.0f} s"
    r = run_case(task, folder)
    said = [f"{r['wall_s']:.0f} s"]
    if "rule_true" in r:
        near = ", near a limit" if r["near_limit"] else ""
        said.insert(0, f"true {r['rule_true']}, found {r['rule'] or 'not assessable'}{near}")
    return "; ".join([*said, _of_spasms(r["spasms"])])


def _of_spasms(s: dict[str, Any]) -> str:
    if not s["assessed"]:
        return "spasms not assessable"
    return f"spasms {s['n_matched']} of {s['n_true']} found, {s['n_false']} false, clusters {s['clusters_false']} false"
