"""Two studies for comparisons: made by hand, on disk, or analyzed from simulation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.simulated import AGE_MONTHS, folder, simulated
from westward import cli
from westward.eeg.compare.side import Side, Table
from westward.eeg.events.hypnogram import EPOCH_S, STATES
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL

WAKE, NREM = STATES.index("wake"), STATES.index("nrem")


@cache
def analyzed(scenario: str, *, minutes: float = 12.0, seed: int = 5) -> Path:
    """Bundle of a simulated recording of a 7-month-old."""
    made = simulated(scenario, minutes=minutes, seed=seed)
    out = folder() / "bundles"
    arguments = ["analyze", str(made.edf), "--age-months", str(AGE_MONTHS), "--out", str(out), "--quiet"]
    assert cli.main([*arguments, "--threads", "1"]) == 0
    return out / f"{made.edf.stem}.westward"


def summary(
    *,
    score: int | None = 3,
    age_days: int | None = 210,
    sfreq_hz: float | None = 256.0,
    reference: str | None = "A1A2",
    cycles: int | None = 1,
    nrem: float | None = 30.0,
    wake: float | None = 30.0,
    duration_s: float = 3600.0,
    spasms: int | None = 0,
    with_emg: bool = True,
    with_motion: bool = False,
    emg: str | None = None,
    doubt: str = "",
    arousals_doubt: str = "",
    sha: str = "0",
    awakenings: Sequence[tuple[float, float]] = ((1800.0, 3600.0),),
    parameters: Mapping[str, str] | None = None,
    version: str = "0.1.0",
    simulated: bool = True,
) -> dict[str, Any]:
    """What a comparison reads of ``summary.json``."""
    rest = None if nrem is None else 0.0
    return {
        "simulated": simulated,
        "age_days": age_days,
        "recording": {
            "duration_s": duration_s, "assessed_s": duration_s, "sfreq_hz": sfreq_hz, "reference": reference,
            "gaps": [], "derivations": list(LONGITUDINAL),
        },
        "states": {"wake": wake, "drowsy": rest, "nrem": nrem, "rem": rest, "unknown": rest},
        "sleep_wake_cycles": cycles,
        "arousals_doubt": arousals_doubt,
        "based": {
            "score": score, "lower_bound": False, "incomplete": cycles == 0, "margin": [], "why": "two foci",
            "worst_epoch": {"start_s": 600.0, "end_s": 900.0}, "with_ictal_time": {"score": score, "rule": None},
            "worst_epochs": [
                {"start_s": 600.0, "end_s": 900.0, "level": score, "state": "nrem", "positive_pages": 4, "n_foci": 2,
                 "spike_bin_fraction": 0.2}
            ],
        },
        "spasms": None
        if spasms is None
        else {
            "n": spasms, "n_clusters": spasms // 5, "per_hour": float(spasms), "with_emg": with_emg,
            "with_motion": with_motion, "doubt": doubt, **({} if emg is None else {"emg": emg}),
        },
        "spikes": {"n": 0},
        "spindles": {"n": 0, "per_nrem_minute": 0.0},
        "review": [{"start_s": a, "end_s": b, "why": "30 minutes after an awakening"} for a, b in awakenings],
        "not_assessable": [{"what": "spasms", "why": "no EEG"}] if spasms is None else [],
        "provenance": {
            "version": version, "commit": None, "input_sha256": sha, "started": "2026-01-01T00:00:00+00:00",
            "age_source": "given", "parameters": [{"name": k, "value": v} for k, v in (parameters or {}).items()],
        },
    }  # fmt: skip


def states(*, wake: int = 60, nrem: int = 60) -> np.ndarray:
    """So many epochs awake, then asleep."""
    return np.repeat(np.array([WAKE, NREM], np.int8), [wake, nrem])


def side(
    name: str = "one",
    *,
    state: np.ndarray | None = None,
    level: float = 100.0,
    wake_level: float | None = None,
    electrodes: Sequence[str] = ELECTRODES,
    interictal: np.ndarray | None = None,
    extra: Mapping[str, Table] | None = None,
    seed: int = 0,
    **told: Any,
) -> Side:
    """A study of one measure (RMS), the same level on all electrodes but for a little noise."""
    state = states() if state is None else state
    n = len(state)
    rng = np.random.default_rng(seed)
    values = level + rng.normal(0, 1, (len(electrodes), n))
    if wake_level is not None:
        values[:, state == WAKE] += wake_level - level
    kept = np.ones(n, np.bool_) if interictal is None else interictal
    rms = Table(tuple(electrodes), values, EPOCH_S, state, kept)
    return Side(
        name=name,
        summary=summary(sha=name, **told),
        state=state,
        usable=np.ones(n * round(EPOCH_S), np.bool_),
        interictal=kept,
        tables={"rms_uv_median": rms, **(extra or {})},
        spasm_s=np.arange(told.get("spasms") or 0, dtype=float),
        arousal_s=np.array([1800.0]),
        cluster_s=np.empty((0, 2)),
    )


def bundle(made: Side, folder: Path) -> Path:
    """The same on disk."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(parents=True)
    (folder / "trends").mkdir()
    (folder / "summary.json").write_text(json.dumps(made.summary))
    seconds = np.repeat(made.interictal, round(EPOCH_S))
    np.save(folder / "trends" / "artifact_0.npy", (~made.usable).astype(np.float32))
    np.save(folder / "trends" / "spikes_0.npy", np.where(seconds, 0, np.nan).astype(np.float32))
    table = made.tables["rms_uv_median"]
    k, n = table.values.shape
    rows = {
        "start_s": np.repeat(np.arange(n) * EPOCH_S, k),
        "channel": list(table.channels) * n,
        "state": [STATES[s] for s in made.state for _ in range(k)],
        "rms_uv_median": pa.array(table.values.T.ravel().astype(np.float32), from_pandas=True),
    }
    parquet.write_table(pa.table(rows), folder / "epochs.parquet")
    none = {"start_s": pa.array([], pa.float64())}
    texts = {c: pa.array([], pa.string()) for c in ("first", "second", "state", "measure", "channel")}
    parquet.write_table(pa.table({**none, **texts}), folder / "pairs.parquet")
    parquet.write_table(pa.table({**none, **texts, "value": pa.array([], pa.float64())}), folder / "segments.parquet")
    events = [("arousal", t) for t in made.arousal_s] + [("spasm", t) for t in made.spasm_s]
    lines = ["onset\tduration\ttrial_type\tchannel\tcounted", *(f"{t}\t1\t{kind}\tn/a\t1" for kind, t in events)]
    (folder / "events.tsv").write_text("\n".join(lines) + "\n")
    return folder
