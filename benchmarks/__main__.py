"""Print how fast we are beside peers and beside reading the file, in one run: ratios, equality, memory, linearity.

Usage: ``python -m benchmarks [--minutes 60] [--peer-minutes 3] [--repeat 3] [--hours 0] [--linearity [1 4 12 24]]
[--clinic] [--markdown FILE]``. Times are of this machine in this run; those "per 24 h" are extrapolated from the
minutes measured. Quote ratios only. ``--hours`` also runs ``westward analyze`` whole on a file of that length,
``--linearity`` over several lengths and numbers of channels, ``--clinic`` times the pages of the program with 500 to
5,000 children.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import analysis, aperiodic, clinic, hfo, machine, peer_set, whole_set
from benchmarks.processes import AGE_MONTHS
from benchmarks.tables import Table
from westward.eeg.simulate.generate import simulate

BARS = {
    "the set, beside typical peers": 50.0,
    "the set, beside expert peers": 35.0,
    "the set on AVX2, beside typical peers": 25.0,
    "the set without compiled kernels, beside typical peers": 10.0,
    "high-frequency oscillations, beside the published steps": 15.0,
    "aperiodic with peaks, beside specparam": 50.0,
}
"""Times faster, one thread each; the first, the fourth and the fifth are demanded, the rest are aims."""
DEMANDED = (0, 3, 4)


class Report:
    """Tables, printed as they come and kept for a page."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.ratios: dict[str, float | None] = dict.fromkeys(BARS)

    def add(self, *tables: Table) -> None:
        """Print and keep."""
        for table in tables:
            sys.stdout.write(table.text() + "\n\n")
            sys.stdout.flush()
            self.tables.append(table)

    def bars(self) -> Table:
        """What was demanded and aimed at, and what was measured."""
        rows = []
        for i, (name, bar) in enumerate(BARS.items()):
            found = self.ratios[name]
            kind = "demanded" if i in DEMANDED else "aim"
            verdict = "not measured" if found is None else "yes" if found >= bar else "no"
            rows.append((name, "" if found is None else f"{found:.1f}", f"{bar:g}", kind, verdict))
        return Table("Ratios and bars", ("times faster", "measured", "bar", "kind", "reached"), tuple(rows))

    def markdown(self) -> str:
        """The page."""
        head = (
            "# Performance\n\nWritten by `python -m benchmarks --markdown`: one run on one machine, ours and the peers "
            "by turns, the best of each side. Only ratios within a table travel to another machine. A time per 24 h is "
            "extrapolated unless its table says otherwise. The recordings are simulated: they say nothing clinical."
        )
        return "\n\n".join((head, *(t.markdown() for t in (self.bars(), *self.tables)))) + "\n"


def the_set(report: Report, path: Path, out: Path, options: argparse.Namespace) -> None:
    """The set beside its peers."""
    best = whole_set.measure(path, out, options.minutes, options.peer_minutes, options.repeat)
    report.add(whole_set.table(best, options.minutes, options.peer_minutes))
    fastest = whole_set.levels()[0]
    ratios = [("typical", fastest), ("expert", fastest), ("typical", "avx2"), ("typical", whole_set.FALLBACK)]
    for name, (side, level) in zip(list(BARS)[:4], ratios, strict=True):
        report.ratios[name] = whole_set.ratio(best, side, level)
    if not peer_set.missing():
        report.add(whole_set.equality(path, out, options.peer_minutes))
    report.add(whole_set.linearity(path, options.minutes))


def oscillations(report: Report) -> None:
    """High-frequency oscillations beside the published steps."""
    found = hfo.compare()
    slow, filter_s, ours = (float(str(found[k])) for k in ("published_s", "published_filter_s", "ours_s"))
    report.ratios[list(BARS)[4]] = slow / ours
    rows = (
        ("ours", f"{ours:.2f}", "1.0"),
        ("published steps by SciPy", f"{slow:.2f}", f"{slow / ours:.1f}"),
        ("their filter alone", f"{filter_s:.2f}", f"{filter_s / ours:.1f}"),
    )
    note = f"Events of the published steps: {found['events']}; found identically by ours: {found['shared']}."
    title = "High-frequency oscillations, 2 channels, 600 s at 2,000 Hz"
    report.add(Table(title, ("", "CPU s", "x ours"), rows, (note,)))


def peaks(report: Report, path: Path, minutes: float) -> None:
    """The aperiodic fit with peaks beside specparam."""
    found = aperiodic.compare(path, minutes=minutes)
    if found is None:
        report.add(Table("Aperiodic with peaks", ("not measured: no specparam, or no spectrum to fit",), ()))
        return
    report.ratios[list(BARS)[5]] = found["specparam_s"] / found["ours_s"]
    forms = [
        (k.removesuffix("_s"), v) for k, v in found.items() if k.endswith("_s") and k not in ("ours_s", "specparam_s")
    ]
    rows = [(f"ours ({name})", f"{v:.2f}", f"{found['specparam_s'] / v:.1f}") for name, v in forms]
    rows.append(("specparam", f"{found['specparam_s']:.1f}", "1.0"))
    note = f"specparam fitted {found['spectra']:.0f} spectra; exponents apart by at most {found['apart']:.1e} in them."
    report.add(
        Table("Aperiodic with up to 6 peaks", ("", "CPU s per 1,000 spectra", "times faster"), tuple(rows), (note,))
    )


def parsed() -> argparse.Namespace:
    """Options, checked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--minutes", type=float, default=60.0, help="of EEG for our side")
    parser.add_argument("--peer-minutes", type=float, default=3.0, help="of EEG for the peers' side")
    parser.add_argument("--repeat", type=int, default=3, help="rounds by turns; the best of each side counts")
    parser.add_argument("--hours", type=float, default=0.0, help="also westward analyze on a file of so many hours")
    parser.add_argument(
        "--linearity",
        type=float,
        nargs="*",
        metavar="H",
        help="also westward analyze over hours (1 4 12 24) and channels",
    )
    parser.add_argument("--channel-hours", type=float, default=2.0, help="of the recordings of 8, 16 and 25 channels")
    parser.add_argument("--clinic", action="store_true", help="also board and timeline of the program under load")
    parser.add_argument("--only-analyze", action="store_true", help="leave the set, oscillations and fits out")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables there")
    options = parser.parse_args()
    if options.peer_minutes < 3 or options.minutes < options.peer_minutes:
        parser.error("give at least 3 minutes for the peers, and as many for us")
    if options.linearity is not None:
        options.linearity = sorted(options.linearity or (1.0, 4.0, 12.0, 24.0))
        if options.linearity[0] < 0.1 or options.channel_hours < 0.1:
            parser.error("give 0.1 hours or more")
    return options


def main() -> int:
    """Run everything and print the tables."""
    options = parsed()
    report = Report()
    report.add(machine.describe())
    with tempfile.TemporaryDirectory(prefix="westward-bench-") as folder:
        out = Path(folder)
        if not options.only_analyze:
            path = simulate("hypsarrhythmia", age_months=AGE_MONTHS, minutes=options.minutes, seed=1, out_dir=out).edf
            the_set(report, path, out, options)
            oscillations(report)
            peaks(report, path, min(options.minutes, 10.0))
            sys.stdout.write(report.bars().text() + "\n\n")
        longest = max(
            options.hours, *(options.linearity or (0.0,)), options.channel_hours if options.linearity else 0.0
        )
        if longest:
            path = analysis.record(out, longest)
            if options.hours:
                part = analysis.cut(path, out / "whole.edf", hours=options.hours)
                report.add(analysis.whole(part, out, options.hours))
            if options.linearity:
                report.add(*analysis.linearity(path, out, options.linearity, options.channel_hours))
        if options.clinic:
            report.add(clinic.measure(out, list(clinic.SIZES), clinic.REPEAT))
    if options.markdown:
        options.markdown.write_text(report.markdown(), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
