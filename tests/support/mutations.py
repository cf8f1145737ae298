"""Malformed copies of real EDF and BDF files, and what the reader makes of them.

The rule: a mutated header gives an error, or a finding, or bit-identical samples and times; a mutated sample changes
itself alone; never another exception, never more than a bounded time and memory.

Run as ``python -m tests.support.mutations FILE... --number N --seed S`` it prints one JSON line per mutation and a
last line with the peak memory; the process limits its own memory. :func:`run` starts that process and collects it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from westward.core.errors import WestwardError
from westward.core.provenance import peak_rss_mb
from westward.eeg.recording.edf_header import EdfHeader
from westward.eeg.recording.edf_reader import EdfRecording

ROOT = Path(__file__).resolve().parents[2]
SECONDS_LIMIT = 10
MEMORY_LIMIT_BYTES = 1 << 30
GOOD = ("error", "finding", "identical")
UNDETECTED = ("names", "start", "precision", "silent")
"""Header mutations without a finding although something changed: only names or units of channels, only the absolute
start, samples by less than their written range can tell, or samples or times (which the rule forbids)."""

GLOBAL_FIELDS = {
    "version": (0, 8), "patient": (8, 80), "recording": (88, 80), "start_date": (168, 8), "start_time": (176, 8),
    "header_bytes": (184, 8), "reserved": (192, 44), "n_records": (236, 8), "record_s": (244, 8), "n_signals": (252, 4),
}  # fmt: skip
SIGNAL_FIELDS = (
    ("label", 16), ("transducer", 80), ("unit", 8), ("physical_min", 8), ("physical_max", 8), ("digital_min", 8),
    ("digital_max", 8), ("prefilter", 80), ("n_samples", 8), ("signal_reserved", 32),
)  # fmt: skip
EDGE_VALUES = (
    "0", "-1", "1", "2", "99999999", "-9999999", "nan", "inf", "1e9", "1e-9", "", "--", "1,5", "0x10", "65536", "3.5",
)  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """A broken copy.

    ``changed`` is the half-open stretch of file bytes that differ when the size is unchanged and the stretch lies in
    the data; None for header and size mutations.
    """

    kind: str
    field: str
    detail: str
    data: bytes
    changed: tuple[int, int] | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one mutation."""

    file: str
    kind: str
    field: str
    detail: str
    outcome: str
    message: str
    seconds: float


@dataclass(frozen=True)
class View:
    """Everything the reader says of a file, comparable."""

    samples: tuple[tuple[float, str], ...]
    segments: tuple[tuple[float, float], ...]
    notes: tuple[tuple[float, float, str], ...]
    start: str
    names: tuple[tuple[str, str, str], ...]
    findings: frozenset[str]


def fields_of(n_signals: int) -> dict[str, list[tuple[int, int]]]:
    """Every header field by name: where each of its copies lies and how wide it is."""
    fields = {name: [place] for name, place in GLOBAL_FIELDS.items()}
    at = 256
    for name, width in SIGNAL_FIELDS:
        fields[name] = [(at + i * width, width) for i in range(n_signals)]
        at += n_signals * width
    return fields


def mutate(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    """One random mutation: three in four of the header, the rest of the size, the samples or the annotations."""
    makers = [_overwrite, _overwrite, _digit, _digit, _digit, _swap, _edge, _edge, _blank, _shift, _truncate, _extend,
              _samples, _samples, _annotations]  # fmt: skip
    while True:
        mutation = rng.choice(makers)(original, header, rng)
        if mutation is not None and mutation.data != original:
            return mutation


def _field(header: EdfHeader, rng: random.Random) -> tuple[str, int, int]:
    fields = fields_of(len(header.signals))
    name = rng.choice(sorted(fields))
    at, width = rng.choice(fields[name])
    return name, at, width


def _put(original: bytes, at: int, new: bytes) -> bytes:
    return original[:at] + new + original[at + len(new) :]


def _overwrite(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    name, at, width = _field(header, rng)
    n = rng.randint(1, min(4, width))
    at += rng.randint(0, width - n)
    new = bytes(rng.choice((rng.randint(0, 255), rng.randint(32, 126))) for _ in range(n))
    return Mutation("overwrite", name, f"byte {at}: {original[at : at + n]!r} to {new!r}", _put(original, at, new))


def _digit(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation | None:
    name, at, width = _field(header, rng)
    digits = [k for k in range(at, at + width) if 48 <= original[k] <= 57]
    if not digits:
        return None
    k = rng.choice(digits)
    new = str(rng.randint(0, 9)).encode()
    text = original[at : at + width]
    return Mutation("digit", name, f"byte {k}: {text!r}, {original[k : k + 1]!r} to {new!r}", _put(original, k, new))


def _swap(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation | None:
    name, a, width = _field(header, rng)
    other, b, other_width = _field(header, rng)
    if rng.random() < 0.6:
        places = fields_of(len(header.signals))[name]
        b, other_width, other = *rng.choice(places), name
    if a == b:
        return None
    n = min(width, other_width)
    left, right = original[a : a + n], original[b : b + n]
    return Mutation("swap", f"{name}" if name == other else f"{name}/{other}", f"bytes {a} and {b}: {left!r} {right!r}",
                    _put(_put(original, a, right), b, left))  # fmt: skip


def _edge(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    name, at, width = _field(header, rng)
    new = rng.choice(EDGE_VALUES).encode()[:width].ljust(width)
    return Mutation("edge", name, f"byte {at}: {original[at : at + width]!r} to {new!r}", _put(original, at, new))


def _blank(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    name, at, width = _field(header, rng)
    new = rng.choice((b" ", b"\0", b"\xff")) * width
    return Mutation("blank", name, f"byte {at}: {original[at : at + width]!r} to {new[:1]!r}", _put(original, at, new))


def _shift(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    at, n = rng.randrange(header.header_bytes), rng.randint(1, 16)
    if rng.random() < 0.5:
        return Mutation("insert", "header", f"{n} bytes at {at}", original[:at] + rng.randbytes(n) + original[at:])
    return Mutation("delete", "header", f"{n} bytes at {at}", original[:at] + original[at + n :])


def _truncate(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    stop = rng.randrange(len(original)) if rng.random() < 0.7 else rng.randrange(header.header_bytes + 1)
    return Mutation("truncate", "size", f"{len(original)} to {stop} bytes", original[:stop])


def _extend(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation:
    n = rng.choice((1, rng.randint(1, 3 * header.record_bytes), header.record_bytes))
    tail = rng.randbytes(n) if rng.random() < 0.7 else bytes(n)
    return Mutation("extend", "size", f"{n} bytes more", original + tail)


def _spans(header: EdfHeader, annotations: bool) -> list[tuple[int, int]]:
    spans, at = [], 0
    for s in header.signals:
        size = s.n_samples * header.sample_bytes
        if s.is_annotation is annotations and size:
            spans.append((at, size))
        at += size
    return spans


def _data(original: bytes, header: EdfHeader, rng: random.Random, annotations: bool) -> Mutation | None:
    spans = _spans(header, annotations)
    records = (len(original) - header.header_bytes) // header.record_bytes
    if not spans or not records:
        return None
    at, size = rng.choice(spans)
    n = rng.randint(1, min(8, size))
    start = header.header_bytes + rng.randrange(records) * header.record_bytes + at + rng.randint(0, size - n)
    if annotations and rng.random() < 0.7:
        start = (
            header.header_bytes + rng.randrange(records) * header.record_bytes + at + rng.randint(0, min(9, size - n))
        )
    kind = "annotation" if annotations else "sample"
    return Mutation(kind, "data", f"bytes {start} to {start + n}", _put(original, start, rng.randbytes(n)),
                    (start, start + n))  # fmt: skip


def _samples(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation | None:
    return _data(original, header, rng, annotations=False)


def _annotations(original: bytes, header: EdfHeader, rng: random.Random) -> Mutation | None:
    return _data(original, header, rng, annotations=True)


def view(path: Path) -> tuple[View, list[np.ndarray]]:
    """The reader's whole account of a file and, per channel, all samples."""
    with EdfRecording(path) as recording:
        arrays = []
        for c in recording.channels:
            parts = [
                recording.read_block(k, 0, recording.segment_samples(k, c.index), [c.index])[0]
                for k in range(len(recording.segments))
            ]
            arrays.append(np.concatenate(parts) if parts else np.zeros(0, np.float32))
        facts = recording.facts
        return View(
            samples=tuple(
                (c.sfreq_hz, hashlib.sha256(a.tobytes()).hexdigest())
                for c, a in zip(facts.channels, arrays, strict=True)
            ),
            segments=tuple((s.start_s, s.stop_s) for s in facts.segments),
            notes=tuple((n.onset_s, n.duration_s, n.text) for n in facts.notes),
            start=str(facts.start),
            names=tuple((c.label, c.name, u) for c, u in zip(facts.channels, recording.units, strict=True)),
            findings=frozenset(repr(f) for f in facts.findings),
        ), arrays


def judge(
    mutation: Mutation, path: Path, original: View, arrays: list[np.ndarray], header: EdfHeader
) -> tuple[str, str]:
    """Outcome and message of reading a mutated file: one of GOOD, of UNDETECTED, ``collateral`` or ``crash``."""
    try:
        now, now_arrays = view(path)
    except WestwardError as error:
        return ("error", str(error)) if "\n" not in str(error) else ("crash", "an error of several lines")
    except BaseException as error:
        return "crash", f"{type(error).__name__}: {error}"
    new = now.findings - original.findings
    if mutation.changed is not None:
        return _judge_data(mutation, now, now_arrays, original, arrays, header, bool(new))
    if new:
        return "finding", min(new)
    if (now.samples, now.segments) != (original.samples, original.segments):
        if now.segments == original.segments and _within_precision(header, arrays, now_arrays):
            return "precision", "samples changed by less than the last digit of their range"
        return "silent", "samples or times changed without a finding"
    if now.notes != original.notes:
        return "silent", "annotations changed without a finding"
    if now.start != original.start:
        return "start", f"{original.start} became {now.start}"
    return ("names", "channel names or units changed") if now.names != original.names else ("identical", "")


def _judge_data(
    mutation: Mutation, now: View, now_arrays: list[np.ndarray], original: View, arrays: list[np.ndarray],
    header: EdfHeader, found: bool,
) -> tuple[str, str]:  # fmt: skip
    if mutation.kind == "annotation":
        if found:
            return "finding", ""
        if (now.samples, now.segments) != (original.samples, original.segments):
            return "silent", "samples or times changed by annotation bytes without a finding"
        return "identical", "annotations only"
    assert mutation.changed is not None
    if now.segments != original.segments or now.notes != original.notes or len(arrays) != len(now_arrays):
        return "collateral", "sample bytes changed times or annotations"
    signals = [s for s in header.signals if not s.is_annotation]
    for s, a, b in zip(signals, arrays, now_arrays, strict=True):
        odd = np.flatnonzero(a != b)
        width = header.sample_bytes
        for k in odd:
            record, within = divmod(int(k), s.n_samples)
            at = header.header_bytes + record * header.record_bytes + (_at(header, s) + within) * width
            if at + width <= mutation.changed[0] or at >= mutation.changed[1]:
                return "collateral", f"sample {k} of {s.label!r} changed though its bytes did not"
    return "identical", "only the mutated samples changed"


def _within_precision(header: EdfHeader, arrays: list[np.ndarray], now: list[np.ndarray]) -> bool:
    signals = [s for s in header.signals if not s.is_annotation and s.n_samples]
    if not len(arrays) == len(now) == len(signals):
        return False
    for s, a, b in zip(signals, arrays, now, strict=True):
        unit = 1000 if s.unit == "mV" else 1
        limit = unit * min(s.precision, 1e-3 * abs(s.physical_max - s.physical_min))
        if len(a) != len(b) or np.abs(a.astype(float) - b).max() > limit:
            return False
    return True


def _at(header: EdfHeader, wanted: object) -> int:
    at = 0
    for s in header.signals:
        if s is wanted:
            return at
        at += s.n_samples
    raise LookupError(wanted)


def campaign(files: Sequence[Path], *, number: int, seed: int) -> Iterable[Outcome]:
    """Mutate the files in turn and judge each copy; a copy over the time limit is a ``crash``."""
    rng = random.Random(seed)
    known: dict[Path, tuple[bytes, EdfHeader, View, list[np.ndarray]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for k in range(number):
            source = files[k % len(files)]
            if source not in known:
                with EdfRecording(source) as recording:
                    header = recording.header
                known[source] = (source.read_bytes(), header, *view(source))
            data, header, original, arrays = known[source]
            mutation = mutate(data, header, rng)
            path = Path(folder) / f"m{source.suffix.lower()}"
            path.write_bytes(mutation.data)
            signal.alarm(SECONDS_LIMIT)
            began = time.monotonic()
            outcome, message = judge(mutation, path, original, arrays, header)
            signal.alarm(0)
            yield Outcome(source.name, mutation.kind, mutation.field, mutation.detail, outcome, message,
                          round(time.monotonic() - began, 3))  # fmt: skip


def run(files: Sequence[Path], *, number: int, seed: int) -> tuple[list[Outcome], float]:
    """A campaign in its own process with its own limits; outcomes and its peak memory in MB."""
    command = [sys.executable, "-m", "tests.support.mutations", *map(str, files),
               "--number", str(number), "--seed", str(seed)]  # fmt: skip
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"the mutation process ended with {done.returncode}: {done.stderr[-2000:]}")
    *lines, last = done.stdout.splitlines()
    return [Outcome(**json.loads(line)) for line in lines], float(json.loads(last)["peak_mb"])


def summary(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many of each outcome."""
    return dict(Counter(o.outcome for o in outcomes))


def main() -> None:
    """Command of the process that :func:`run` starts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES + (1 << 29), MEMORY_LIMIT_BYTES + (1 << 29)))
    signal.signal(signal.SIGALRM, _too_slow)
    for outcome in campaign(options.files, number=options.number, seed=options.seed):
        print(json.dumps(asdict(outcome)))
    print(json.dumps({"peak_mb": peak_rss_mb()}))


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"over {SECONDS_LIMIT} s")


if __name__ == "__main__":
    main()
