"""One of the two studies, read back from its bundle."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import InputError
from westward.eeg.biomarkers.night import MIN_STATE_SHARE
from westward.eeg.biomarkers.pair_measures import MINUTE_S
from westward.eeg.biomarkers.segment_measures import SEGMENT_S
from westward.eeg.bundle.review import AFTER_AWAKENING
from westward.eeg.bundle.store import SUFFIX
from westward.eeg.compare.measures import SPIKES, SPINDLES, measures
from westward.eeg.events.hypnogram import EPOCH_S, STATES

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Table:
    """One measure in time.

    Attributes
    ----------
    channels : tuple of str
        Electrodes, derivations, pairs ``Fp1|Fp2``, or a name of the whole.
    values : float64 array, shape (n_channels, n_cells)
        NaN: not assessable.
    cell_s : float
        Length of a cell, s.
    state : int8 array, shape (n_cells,)
        Index into STATES; ``unknown`` where states mix.
    kept : bool array, shape (n_cells,)
        Cells that are interictal.
    """

    channels: tuple[str, ...]
    values: Doubles
    cell_s: float
    state: NDArray[np.int8]
    kept: NDArray[np.bool_]

    def series(self, state: str, channels: tuple[str, ...]) -> tuple[NDArray[np.intp], Doubles]:
        """Cells of a state that have a value, and there the median over the named channels."""
        rows = np.array([self.channels.index(c) for c in channels], np.intp)
        at = np.flatnonzero(self.kept & (self.state == STATES.index(state)))
        if not len(rows) or not len(at):
            return at[:0], np.empty(0)
        x = self.values[np.ix_(rows, at)]
        some = np.isfinite(x).any(axis=0)
        return at[some], np.asarray(np.nanmedian(x[:, some], axis=0))


@dataclass(frozen=True, eq=False)
class Side:
    """One study.

    Attributes
    ----------
    name : str
        Stem of the bundle.
    summary : mapping
        ``summary.json``.
    state : int8 array, shape (n_epochs,)
    usable : bool array, shape (n_seconds,)
        Seconds without a general artifact.
    interictal : bool array, shape (n_epochs,)
        At least half assessable: usable and not masked as ictal or after an arousal.
    tables : mapping of str to Table
        By key of the measure.
    spasm_s, arousal_s : float64 array
        Onsets of counted spasm candidates and of arousals, recording time.
    cluster_s : float64 array, shape (n_clusters, 2)
    """

    name: str
    summary: Mapping[str, Any]
    state: NDArray[np.int8]
    usable: NDArray[np.bool_]
    interictal: NDArray[np.bool_]
    tables: Mapping[str, Table]
    spasm_s: Doubles
    arousal_s: Doubles
    cluster_s: Doubles

    @property
    def age_days(self) -> int | None:
        """Age at the recording."""
        days = self.summary.get("age_days")
        return None if days is None else int(days)

    @property
    def usable_hours(self) -> float:
        """Hours without a general artifact."""
        return float(self.usable.sum()) / 3600

    def minutes(self, state: str) -> float:
        """Interictal minutes in a state."""
        return float((self.interictal & (self.state == STATES.index(state))).sum()) * EPOCH_S / 60

    def awakenings(self) -> list[tuple[float, float]] | None:
        """Time after each awakening that the bundle offers for review; None where states were not assessed."""
        if self.summary.get("sleep_wake_cycles") is None:
            return None
        rows = self.summary.get("review") or []
        return [(float(r["start_s"]), float(r["end_s"])) for r in rows if str(r["why"]).endswith(AFTER_AWAKENING)]

    @property
    def electrodes(self) -> tuple[str, ...]:
        """Electrodes that are measured."""
        return self.tables["rms_uv_median"].channels if "rms_uv_median" in self.tables else ()


def read(folder: Path) -> Side:
    """A bundle.

    Raises
    ------
    InputError
        If it is no bundle, or a file of it is missing or broken.
    """
    if not (folder / "summary.json").is_file():
        raise InputError(
            "is no bundle" if folder.exists() else "does not exist", path=folder, remedy="analyze a recording first"
        )
    summary = _summary(folder / "summary.json")
    try:
        usable = np.load(folder / "trends" / "artifact_0.npy") < 0.5
        spikes_s = np.load(folder / "trends" / "spikes_0.npy")
        told = folder / "trends" / "assessable_0.npy"
        # Bundles of earlier versions tell it by their spikes alone.
        interictal_s = np.load(told) > 0.5 if told.exists() else np.isfinite(spikes_s)
        spikes_s = np.nan_to_num(spikes_s)
        epochs = _epochs(folder / "epochs.parquet")
        events = _events(folder / "events.tsv")
        state = epochs[0]
        n, length = len(state), round(EPOCH_S)
        good = np.zeros(n * length, np.bool_)
        good[: len(interictal_s)] = interictal_s[: n * length]
        interictal = good.reshape(n, length).mean(axis=1) >= 0.5
        tables = {k: Table(c, v, EPOCH_S, state, interictal) for k, (c, v) in epochs[1].items() if np.isfinite(v).any()}
        tables |= _counted(summary, spikes_s, good, events, state, interictal)
        tables |= _pairs(folder / "pairs.parquet", interictal)
        tables |= _segments(folder / "segments.parquet", state)
    except InputError:
        raise
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise InputError(f"lacks {name}", path=folder, remedy="analyze the recording again") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot be read: {error}", path=folder, remedy="analyze the recording again") from None
    spasms = [(a, a + d) for kind, a, d, _, counted in events if kind == "spasm" and counted]
    clusters = [(a, a + d) for kind, a, d, _, _ in events if kind == "spasm_cluster"]
    return Side(
        name=folder.name.removesuffix(SUFFIX),
        summary=summary,
        state=state,
        usable=usable,
        interictal=interictal,
        tables=tables,
        spasm_s=np.array([a for a, _ in spasms], np.float64),
        arousal_s=np.array([a for kind, a, *_ in events if kind == "arousal"], np.float64),
        cluster_s=np.array(clusters, np.float64).reshape(-1, 2),
    )


def _summary(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError:
        raise InputError("summary.json is no JSON", path=path.parent, remedy="analyze the recording again") from None
    wanted = ("based", "spasms", "recording", "states", "sleep_wake_cycles", "provenance", "age_days", "review")
    lacking = [k for k in wanted if not isinstance(told, dict) or k not in told]
    if lacking:
        raise InputError(f"summary.json lacks {lacking[0]!r}", path=path.parent, remedy="analyze the recording again")
    return dict(told)


def _events(path: Path) -> list[tuple[str, float, float, tuple[str, ...], bool]]:
    wanted = {"spasm", "spasm_cluster", "arousal", "spindle"}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            (
                r["trial_type"],
                float(r["onset"]),
                float(r["duration"]),
                tuple(r["channel"].split(",")),
                r["counted"] == "1",
            )
            for r in rows
            if r["trial_type"] in wanted
        ]


def _grid(channel: Any, cell: NDArray[np.intp], n: int) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Names in order of appearance, and the flat place of each row in (channels, cells)."""
    names = list(dict.fromkeys(channel))
    number = {name: k for k, name in enumerate(names)}
    return tuple(names), np.array([number[c] for c in channel], np.intp) * n + cell


def _epochs(path: Path) -> tuple[NDArray[np.int8], dict[str, tuple[tuple[str, ...], Doubles]]]:
    from pyarrow import parquet

    table = parquet.read_table(path)
    start = table["start_s"].to_numpy()
    cell = np.rint(start / EPOCH_S).astype(np.intp)
    n = int(cell.max()) + 1 if len(cell) else 0
    state = np.full(n, STATES.index("unknown"), np.int8)
    codes = {name: k for k, name in enumerate(STATES)}
    state[cell] = [codes[s] for s in table["state"].to_pylist()]
    names, at = _grid(table["channel"].to_pylist(), cell, n)
    out = {}
    for key in measures():
        if key not in table.column_names:
            continue
        flat = np.full(len(names) * n, np.nan)
        flat[at] = table[key].to_numpy()
        values = flat.reshape(len(names), n)
        some = np.isfinite(values).any(axis=1)
        out[key] = (tuple(c for c, s in zip(names, some, strict=True) if s), values[some])
    return state, out


def _of_most(state: NDArray[np.int8], group: int) -> NDArray[np.int8]:
    n = len(state) // group
    of = state[: n * group].reshape(n, group)
    out = np.full(n, STATES.index("unknown"), np.int8)
    for k in range(len(STATES)):
        out[(of == k).mean(axis=1) >= MIN_STATE_SHARE] = k
    return out


def _pairs(path: Path, interictal: NDArray[np.bool_]) -> dict[str, Table]:
    from pyarrow import parquet

    table = parquet.read_table(path)
    if not len(table):
        return {}
    cell = np.rint(table["start_s"].to_numpy() / MINUTE_S).astype(np.intp)
    n = int(cell.max()) + 1
    first, second = table["first"].to_pylist(), table["second"].to_pylist()
    names, at = _grid([f"{a}|{b}" for a, b in zip(first, second, strict=True)], cell, n)
    codes = {name: k for k, name in enumerate(STATES)}
    of = np.full(n, STATES.index("unknown"), np.int8)
    of[cell] = [codes[s] for s in table["state"].to_pylist()]
    group = round(MINUTE_S / EPOCH_S)
    kept = np.zeros(n, np.bool_)
    whole = np.asarray(interictal[: len(interictal) // group * group].reshape(-1, group).all(axis=1))
    kept[: min(n, len(whole))] = whole[:n]
    out = {}
    for key in (k for k in measures() if k in table.column_names):
        flat = np.full(len(names) * n, np.nan)
        flat[at] = table[key].to_numpy()
        out[key] = Table(names, flat.reshape(len(names), n), MINUTE_S, of, kept)
    return out


def _segments(path: Path, state: NDArray[np.int8]) -> dict[str, Table]:
    from pyarrow import parquet

    table = parquet.read_table(path)
    of = _of_most(state, round(SEGMENT_S / EPOCH_S))
    cell = np.rint(table["start_s"].to_numpy() / SEGMENT_S).astype(np.intp)
    measure = np.array(table["measure"].to_pylist(), object)
    channel, value = np.array(table["channel"].to_pylist(), object), table["value"].to_numpy()
    out = {}
    for key in (k for k in measures() if k in set(measure.tolist())):
        mine = (measure == key) & (cell < len(of))
        names, at = _grid(channel[mine].tolist(), cell[mine], len(of))
        flat = np.full(len(names) * len(of), np.nan)
        flat[at] = value[mine]
        out[key] = Table(names, flat.reshape(len(names), len(of)), SEGMENT_S, of, np.ones(len(of), np.bool_))
    return out


def _counted(
    summary: Mapping[str, Any],
    spikes_s: Doubles,
    good: NDArray[np.bool_],
    events: list[tuple[str, float, float, tuple[str, ...], bool]],
    state: NDArray[np.int8],
    interictal: NDArray[np.bool_],
) -> dict[str, Table]:
    """Spikes and spindles per minute of each epoch; absent where they were not looked for."""
    n, length = len(state), round(EPOCH_S)
    seconds = good.reshape(n, length).sum(axis=1)
    out: dict[str, Table] = {}

    def per_minute(count: Doubles) -> Doubles:
        return np.asarray(np.divide(60 * count, seconds, out=np.full(n, np.nan), where=seconds > 0))

    if n and summary.get("spikes") is not None:
        whole = np.zeros(n * length)
        whole[: len(spikes_s)] = spikes_s[: n * length]
        rate = per_minute(whole.reshape(n, length).sum(axis=1))
        out[SPIKES] = Table(("all foci",), rate[None], EPOCH_S, state, interictal)
    if n and summary.get("spindles") is not None:
        onsets = [(a, c) for kind, a, _, c, _ in events if kind == "spindle" and int(a) < len(good) and good[int(a)]]
        # A side without derivation is left out: its silence is no absence.
        recorded = {e for d in summary["recording"].get("derivations") or () for e in d.split("-")}
        if sides := [e for e in ("C3", "C4") if e in recorded] or [e for e in ("Cz",) if e in recorded]:
            counts = [np.bincount([int(a // EPOCH_S) for a, c in onsets if e in c], minlength=n)[:n] for e in sides]
            rate = per_minute(np.mean(counts, axis=0))
            out[SPINDLES] = Table((", ".join(sides),), rate[None], EPOCH_S, state, interictal)
    return out
