"""Render a planned recording block by block, and write it with its truth."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from westward.core.ages import days_from_months
from westward.core.errors import RefusedError, UsageError
from westward.core.files import replacing
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.simulate import head
from westward.eeg.simulate.amplitude import swings
from westward.eeg.simulate.plan import Plan, plan
from westward.eeg.simulate.row import COLUMNS, Row
from westward.eeg.simulate.tell import event_rows, truth
from westward.eeg.simulate.timeline import STATES

FloatArray = NDArray[np.float32]

BLOCK_S = 60
_CONTEXT_S = 2
LIMIT_UV = 3200.0
"""The simulated amplifier saturates here."""
REFERENCES = ("A1A2", "Ref", "Cz", "AVG")
_FIRST_DAY = datetime(2025, 3, 3)  # noqa: DTZ001 - EDF has local clock time without zone


@dataclass(frozen=True, eq=False)
class SimulatedBlock:
    """One stretch of a simulated recording.

    Attributes
    ----------
    start_s : float
        Recording time of the first sample.
    labels : tuple of str
        Channel labels as in the file.
    data : float32 array, shape (n_channels, n_samples)
        Microvolts.
    swings_uv : float32 array, shape (18, n_seconds)
        Planted background swing per second and longitudinal derivation (truth).
    """

    start_s: float
    labels: tuple[str, ...]
    data: FloatArray
    swings_uv: FloatArray


@dataclass(frozen=True, slots=True)
class SimulatedPaths:
    """Where a simulated recording was written."""

    edf: Path
    events: Path
    truth: Path


def channel_labels(reference: str = "A1A2", *, emg: bool = True, eog: bool = True) -> tuple[str, ...]:
    """Labels of the file, in order.

    Raises
    ------
    UsageError
        If the reference is unknown.
    """
    if reference not in REFERENCES:
        raise UsageError(f"no reference {reference!r}; choose from {', '.join(REFERENCES)}")
    word = {"A1A2": "LE"}.get(reference, reference)
    eeg = [f"EEG {e}-{word}" for e in ELECTRODES if e != reference]
    if reference in ("Ref", "Cz"):
        eeg += [f"EEG A1-{word}", f"EEG A2-{word}"]
    return (
        *eeg,
        *(("EOG L", "EOG R") if eog else ()),
        "ECG",
        *(("EMG Chin", "EMG L Delt", "EMG R Delt") if emg else ()),
    )


def render(p: Plan, start_s: int, stop_s: int, reference: str, labels: tuple[str, ...]) -> SimulatedBlock:
    """Any whole seconds of a planned recording; the same whatever the block."""
    fs = p.sfreq_hz
    pad = round(_CONTEXT_S * fs)
    a, b = round(start_s * fs) - pad, round(stop_s * fs) + pad
    n = b - a
    brain = p.background.read(a, b)
    for wave in p.normal.waves:
        wave.add_to(brain, a, fs)
    gain = p.falls.gain(a, n, fs)
    clean = brain * p.site_gain[:, None]
    clean *= gain
    sizes = swings(head.to_bipolar() @ clean, fs, _CONTEXT_S)
    a, b, n = a + pad, b - pad, n - 2 * pad
    sites = np.ascontiguousarray(clean[:, pad : pad + n])
    sharp = np.zeros_like(sites)
    for wave in p.spikes.waves:
        wave.add_to(sharp, a, fs)
    sites += sharp * p.site_gain[:, None] * gain[pad : pad + n]
    for wave in p.ictal.waves:
        wave.add_to(sites, a, fs)
    aux = {label: np.zeros(n, np.float32) for label in labels if not label.startswith("EEG")}
    p.body.add_to(sites, aux, a, p.artifacts)
    sites += p.amplifier.read(a, b)
    p.artifacts.add_to(sites, a)
    data = np.empty((len(labels), n), np.float32)
    k = 0
    against = _reference(sites, reference)
    for row, name in enumerate(head.SITES):
        if f"EEG {name}-{labels[0].rsplit('-', 1)[1]}" in labels:
            data[k] = sites[row] - against
            k += 1
    for trace in aux.values():
        data[k] = trace
        k += 1
    # A flat channel is an input tied to the reference: a fraction of a microvolt of noise.
    quiet = np.isnan(data)
    if quiet.any():
        data[quiet] = 0.15 * np.sin(np.arange(int(quiet.sum())) * 1.7)
    np.clip(data, -LIMIT_UV, LIMIT_UV, out=data)
    return SimulatedBlock(float(start_s), labels, data, sizes)


def _reference(sites: FloatArray, reference: str) -> FloatArray:
    if reference == "A1A2":
        return np.asarray(0.5 * (sites[head.SITES.index("A1")] + sites[head.SITES.index("A2")]), np.float32)
    if reference == "AVG":
        return np.asarray(np.nanmean(sites[: len(ELECTRODES)], axis=0), np.float32)
    return np.asarray(np.nan_to_num(sites[head.SITES.index("FCz" if reference == "Ref" else reference)]), np.float32)


def generate_blocks(
    scenario_name: str,
    *,
    age_months: float,
    minutes: float,
    seed: int,
    sfreq_hz: float = 256.0,
    emg: bool = True,
    eog: bool = True,
    reference: str = "A1A2",
    threads: int = 2,
) -> Iterator[SimulatedBlock]:
    """A recording in memory, one minute at a time; see :func:`simulate` for the parameters."""
    labels = channel_labels(reference, emg=emg, eog=eog)
    made = plan(scenario_name, age_months=age_months, minutes=minutes, seed=seed, sfreq_hz=sfreq_hz)
    yield from blocks_of(made, reference, labels, threads=threads)


def blocks_of(made: Plan, reference: str, labels: tuple[str, ...], *, threads: int = 2) -> Iterator[SimulatedBlock]:
    """Render a plan in order, a few blocks ahead."""
    total = round(made.line.duration_s)
    spans = [(t, min(t + BLOCK_S, total)) for t in range(0, total, BLOCK_S)]
    waiting: deque[Future[SimulatedBlock]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for span in spans:
            waiting.append(pool.submit(render, made, *span, reference, labels))
            if len(waiting) > threads + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def simulate(
    scenario_name: str,
    *,
    age_months: float,
    minutes: float,
    seed: int,
    out_dir: Path | str,
    sfreq_hz: float = 256.0,
    emg: bool = True,
    eog: bool = True,
    reference: str = "A1A2",
    overwrite: bool = False,
    threads: int = 2,
    patient: str = "",
    start: datetime | None = None,
) -> SimulatedPaths:
    """Write one simulated recording and its truth.

    Parameters
    ----------
    scenario_name : str
        One of :func:`westward.eeg.simulate.scenario.scenarios`.
    age_months : float
        1 to 36.
    minutes : float
        Length; at least 6 so that an epoch fits. Up to 3 h is a routine recording with one sleep, longer is by
        time of day.
    seed : int
        The same arguments give the same file, byte for byte.
    out_dir : Path
        Gets ``NAME_SEED.edf``, ``NAME_SEED_events.tsv``, ``NAME_SEED_truth.json``.
    sfreq_hz : float
        Whole samples per second.
    emg, eog : bool
        Whether chin and deltoid leads, and eye leads, are recorded.
    reference : str
        ``A1A2`` linked ears, ``Ref`` an electrode at FCz, ``Cz``, or ``AVG``.
    overwrite : bool
        Replace existing files.
    threads : int
        Blocks rendered at the same time.
    patient : str
        EDF+ patient field ``code sex dd-MMM-yyyy name`` in place of the usual one, for simulated charts; the file
        says in its recording field that it is simulated all the same.
    start : datetime or None
        Local time of the first sample, in place of the usual one.

    Raises
    ------
    UsageError
        If an argument makes no sense.
    RefusedError
        If a file exists.
    """
    labels = channel_labels(reference, emg=emg, eog=eog)
    made = plan(scenario_name, age_months=age_months, minutes=minutes, seed=seed, sfreq_hz=sfreq_hz)
    out = Path(out_dir)
    paths = paths_in(out, scenario_name, seed=seed)
    for path in (paths.edf, paths.events, paths.truth):
        if path.exists() and not overwrite:
            raise RefusedError(f"{path.name} exists already; choose another folder or allow overwriting")
    out.mkdir(parents=True, exist_ok=True)
    start = start or _FIRST_DAY + timedelta(seconds=round(made.line.clock_start_h * 3600))
    born = start - timedelta(days=days_from_months(age_months))
    signals = [SignalSpec(label, sfreq_hz, -3276.8, 3276.7, "uV") for label in labels]
    sizes: list[FloatArray] = []
    with EdfWriter(
        paths.edf,
        signals,
        start=start,
        patient=patient or f"SIMULATED X {_edf_date(born)} Simulated_infant",
        recording="Startdate X SIMULATED X WESTWARD_SIMULATED",
        overwrite=overwrite,
    ) as writer:
        for block in blocks_of(made, reference, labels, threads=threads):
            writer.write(list(block.data))
            sizes.append(block.swings_uv)
        for pressed in made.ictal.buttons_s:
            if pressed < made.line.duration_s:
                writer.annotate(pressed, 0.0, "Push button")
    measured = np.concatenate(sizes, axis=1)
    rows = event_rows(made, measured)
    _write(paths.events, rows)
    told = truth(made, measured, rows) | {"reference": reference, "channels": list(labels)}
    with replacing(paths.truth) as beside:
        beside.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return paths


def paths_in(out: Path, scenario_name: str, *, seed: int) -> SimulatedPaths:
    """Where a simulation lies in its folder, made or not."""
    stem = f"{scenario_name}_{seed}"
    return SimulatedPaths(out / f"{stem}.edf", out / f"{stem}_events.tsv", out / f"{stem}_truth.json")


def _edf_date(day: datetime) -> str:
    months = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
    return f"{day.day:02d}-{months[day.month - 1]}-{day.year}"


def _write(path: Path, rows: list[Row]) -> None:
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(COLUMNS)
        for row in rows:
            out.writerow(cells(row))


def cells(row: Row) -> list[str]:
    """A row as text in the order of ``COLUMNS``."""

    def size(value: float | None) -> str:
        return "n/a" if value is None else f"{value:.1f}"

    return [
        f"{row.trial_type}-{round(row.onset_s * 1000)}-{row.channel.replace(',', '+') or 'all'}",
        f"{row.onset_s:.4f}",
        f"{row.duration_s:.4f}",
        row.trial_type,
        row.channel or "n/a",
        "1",
        row.subtype or "n/a",
        row.focus or "n/a",
        size(row.amplitude_uv),
        "n/a" if row.state is None else STATES[row.state],
        row.cluster_id or "n/a",
        str(int(row.counted)),
        row.reason or "n/a",
        size(row.background_uv),
    ]


__all__ = [
    "SimulatedBlock",
    "SimulatedPaths",
    "blocks_of",
    "channel_labels",
    "generate_blocks",
    "render",
    "simulate",
]
