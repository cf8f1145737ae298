"""Write a recording anew so that nothing in the file tells whose it is.

By allow-list: the header is built from scratch, labels, units, filters and annotations are either recognized and
written in our own words or replaced, and the stored integers are copied bit for bit. Nothing is "blanked". Whatever
is in doubt ends in a :class:`RefusedError`, and no file is left.

Sources: 45 CFR 164.514(b)(2), Safe Harbor identifiers (excerpt); EDF+ 2.1.3, anonymous fields and 1 January 1985
(recalled). Video and sound can never be made safe this way and are not touched here.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from westward.core.digest import sha256_of
from westward.core.errors import InputError, RefusedError, UsageError
from westward.eeg.recording import anonymous_plan
from westward.eeg.recording.anonymous_plan import Plan
from westward.eeg.recording.anonymous_text import REPLACED_NOTE, own_words, words_of
from westward.eeg.recording.channel import Channel
from westward.eeg.recording.edf_reader import EdfRecording
from westward.eeg.recording.edf_writer import EdfWriter
from westward.eeg.recording.export import export_bdf
from westward.eeg.recording.open import open_recording
from westward.eeg.recording.receipt import Receipt
from westward.eeg.recording.stored import compare, copy, record_s, scaling
from westward.eeg.recording.vendor_recording import VendorRecording


@dataclass(frozen=True, slots=True)
class _Options:
    keep_notes: tuple[str, ...]
    keep_sex: bool
    keep_time_of_day: bool
    tell_age: bool
    overwrite: bool


def deidentify(
    source: Path | str,
    target: Path | str,
    *,
    keep_notes: Collection[str] = (),
    keep_sex: bool = False,
    keep_time_of_day: bool = False,
    tell_age: bool = False,
    overwrite: bool = False,
) -> Receipt:
    """Write a de-identified EDF+ or BDF+ file.

    Kept: every sample as stored, with its scaling and rate; gaps; the meaning of channels; the times of
    annotations and the text of those on the list; the mark that a recording is simulated. Not kept: everything else.

    Parameters
    ----------
    source : Path
        A recording. EDF and BDF are copied bit for bit; other formats become BDF+, 24 bits, first.
    target : Path
        The new file, or an existing folder in which it is named by its own digest.
    keep_notes : collection of str
        Further annotation phrases (words without digits) that may stay, compared without case and punctuation.
    keep_sex : bool
        Keep M or F in the patient field.
    keep_time_of_day : bool
        Keep the time of day of the start (sleep studies may need it); the date is always 1 January 1985.
    tell_age : bool
        Put the age in days into the receipt; it never goes into the file.
    overwrite : bool
        Replace an existing file, on success only.

    Returns
    -------
    Receipt
        Written after the new file was read back and compared.

    Raises
    ------
    InputError
        If the source cannot be read.
    UsageError
        If a phrase to keep holds digits.
    RefusedError
        If the target exists or its name tells something, or if anything in the result is in doubt.
    """
    source, target = Path(source), Path(target)
    options = _Options(tuple(keep_notes), keep_sex, keep_time_of_day, tell_age, overwrite)
    with open_recording(source) as recording:
        if isinstance(recording, EdfRecording):
            return _write(recording, source, target, options)
        if not isinstance(recording, VendorRecording):
            raise RefusedError(f"{source.name}: a {recording.facts.format} recording cannot be de-identified")
        folder = target if target.is_dir() else target.parent
        if not folder.is_dir():
            raise RefusedError(f"the folder of {target.name} does not exist; make it first")
        with tempfile.TemporaryDirectory(prefix=".deidentify-", dir=folder) as inside:
            converted = Path(inside) / "converted.bdf"
            try:
                left_out = export_bdf(recording, converted)
            except UsageError as error:
                raise RefusedError(f"{source.name}: cannot be converted faithfully: {error}") from error
            with EdfRecording(converted) as copied:
                return replace(_write(copied, source, target, options), samples_left_out=left_out)


def _write(recording: EdfRecording, source: Path, target: Path, options: _Options) -> Receipt:
    folder = target if target.is_dir() else target.parent
    bdf = recording.header.sample_bytes == 3
    told = _identifying(recording)
    if not target.is_dir():
        _check_target(source, target, told, bdf=bdf, overwrite=options.overwrite)
    plan = anonymous_plan.make(
        recording,
        keep_notes=options.keep_notes,
        keep_sex=options.keep_sex,
        keep_time_of_day=options.keep_time_of_day,
    )
    staged = folder / f".deidentify-{secrets.token_hex(6)}.part"
    try:
        with EdfWriter(
            staged,
            plan.specs,
            start=plan.start,
            patient=plan.patient,
            recording=plan.recording,
            record_s=record_s(recording),
            bdf=bdf,
            discontinuous=len(recording.segments) > 1,
        ) as writer:
            copy(recording, _columns(plan), writer)
            for note in plan.notes:
                writer.annotate(*note)
            n_records = writer.n_records
        _verify(recording, plan, staged, told)
        digest = sha256_of(staged)
        if target.is_dir():
            target = folder / f"{digest[:16]}.{'bdf' if bdf else 'edf'}"
        flags = (
            ("sex", options.keep_sex),
            ("time of day", options.keep_time_of_day),
            ("simulated", recording.facts.simulated),
        )
        receipt = _receipt(
            recording, plan, target, digest, n_records,
            kept=tuple(name for name, yes in flags if yes),
            age_days=_age_days(recording) if options.tell_age else None,
        )  # fmt: skip
        _place(staged, target, overwrite=options.overwrite)
    except FileExistsError:
        raise RefusedError(f"{target.name} exists already; choose another name") from None
    except UsageError as error:
        raise RefusedError(f"{source.name}: cannot be written faithfully: {error}") from error
    finally:
        staged.unlink(missing_ok=True)
    return receipt


def _place(staged: Path, target: Path, *, overwrite: bool) -> None:
    """Give the file its name without replacing one that appeared meanwhile."""
    if overwrite:
        staged.replace(target)
        return
    try:
        os.link(staged, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        staged.rename(target)


# ---------------------------------------------------------------------- what the source tells


def _identifying(recording: EdfRecording) -> frozenset[str]:
    """Words of the patient and recording fields, and the start date as usually written; lower case."""
    header = recording.header
    words = {w for w in re.split(r"[\s_,;/.-]+", f"{header.patient} {header.recording}".lower()) if len(w) >= 3}
    start, birth = header.start, recording.facts.patient.birth_date
    for day in (start.date() if start else None, birth):
        if day is not None:
            words |= {day.strftime(form) for form in ("%Y%m%d", "%Y-%m-%d", "%d.%m.%y", "%d%m%Y", "%y%m%d")}
            words -= {f"{day:%Y}"}
    ours = {"startdate", "jan", "1985", "unknown", "xxx"}
    if recording.facts.simulated:
        ours.add(anonymous_plan.SIMULATED_MARK.lower())
    return frozenset(words - ours)


def _check_target(source: Path, target: Path, told: frozenset[str], *, bdf: bool, overwrite: bool) -> None:
    if target.exists() and target.samefile(source):
        raise RefusedError(f"{target.name} is the source; give another name")
    if target.exists() and not overwrite:
        raise RefusedError(f"{target.name} exists already; choose another name")
    if not target.parent.is_dir():
        raise RefusedError(f"the folder of {target.name} does not exist; make it first")
    suffix = ".bdf" if bdf else ".edf"
    if target.suffix.lower() != suffix:
        raise RefusedError(f"the new file has {24 if bdf else 16} bits; give it the suffix {suffix}")
    name = target.stem.lower()
    if any(word in name for word in told):
        raise RefusedError("the new name holds a word of the patient or recording field; choose another one")
    if source.stem.lower() == name:
        raise RefusedError("the new name is that of the source, which may tell whose it is; choose another one")
    if re.search(r"\d{6,}", name) and not re.fullmatch(r"[0-9a-f]{8,64}", name):
        raise RefusedError("the new name holds a long number, which may be a record number or a date; choose another")


def _age_days(recording: EdfRecording) -> int | None:
    birth, start = recording.facts.patient.birth_date, recording.facts.start
    return (start.date() - birth).days if birth and start else None


# ---------------------------------------------------------------------- compare


def _columns(plan: Plan) -> list[tuple[int, int]]:
    return [(at, header.n_samples) for at, header in zip(plan.columns, plan.headers, strict=True)]


def _verify(recording: EdfRecording, plan: Plan, staged: Path, told: frozenset[str]) -> None:
    """Read the new file back: same samples, scaling, times and meaning, and none of the source's words."""
    name = recording.path.name
    try:
        written = EdfRecording(staged)
    except InputError as error:
        raise RefusedError(f"{name}: the new file could not be read back; nothing was written") from error
    with written:
        other = _difference(recording, plan, written) or compare(recording, _columns(plan), written)
        if other:
            raise RefusedError(f"{name}: the new file would have other {other} than the source; nothing was written")
        texts = [written.header.patient, written.header.recording, *(n.text for n in written.notes)]
        for signal in written.header.signals:
            texts += [signal.label, signal.transducer, signal.prefilter, signal.unit, signal.reserved]
        leaked = (told & words_of(texts)) - own_words()
        if leaked:
            raise RefusedError(f"{name}: {len(leaked)} words of the patient or recording field would stay; not written")


def _difference(recording: EdfRecording, plan: Plan, written: EdfRecording) -> str:
    """What differs apart from the samples; empty when nothing does."""
    meanings = [[_meaning(c) for c in channels] for channels in (written.channels, plan.channels)]
    if meanings[0] != meanings[1]:
        return "channels"
    scales = [scaling(written, k) for k in range(len(written.channels))]
    if scales != [scaling(recording, c.index) for c in plan.channels]:
        return "scaling"
    times = [[t for s in r.segments for t in (s.start_s, s.stop_s)] for r in (written, recording)]
    if len(times[0]) != len(times[1]) or any(abs(a - b) > 2e-6 for a, b in zip(*times, strict=True)):
        return "times"
    if len(written.notes) != len(plan.notes) or any(
        abs(new.onset_s - old[0]) > 2e-6 or new.text != old[2]
        for new, old in zip(
            sorted(written.notes, key=lambda n: (round(n.onset_s, 5), n.text)),
            sorted(plan.notes, key=lambda n: (round(n[0], 5), n[2])),
            strict=True,
        )
    ):
        return "annotations"
    return ""


def _meaning(channel: Channel) -> tuple[object, ...]:
    return (
        channel.kind, channel.electrode, channel.anode, channel.cathode, channel.side, channel.muscle,
        channel.sfreq_hz,
    )  # fmt: skip


# ---------------------------------------------------------------------- receipt


def _receipt(
    recording: EdfRecording,
    plan: Plan,
    target: Path,
    digest: str,
    n_records: int,
    *,
    kept: tuple[str, ...],
    age_days: int | None,
) -> Receipt:
    header, patient = recording.header, recording.facts.patient
    held = {
        "patient code": patient.code,
        "patient name": patient.name,
        "sex": patient.sex and "sex" not in kept,
        "birth date": patient.birth_date,
        "start date": header.start,
        "time of day": header.start and "time of day" not in kept,
        "recording field": header.recording.removeprefix("Startdate").strip(" X"),
        "reserved field": header.reserved not in ("", "EDF+C", "EDF+D", "BDF+C", "BDF+D", "24BIT"),
        "reserved fields of signals": any(h.reserved for h in header.signals),
        "file name": recording.path.stem,
    }
    pairs = list(zip(plan.specs, plan.headers, strict=True))
    return Receipt(
        file=target.name,
        sha256=digest,
        format=f"{'EDF' if header.sample_bytes == 2 else 'BDF'}+{'D' if len(recording.segments) > 1 else 'C'}",
        removed=tuple(name for name, value in held.items() if value),
        kept=kept,
        n_channels=len(plan.channels),
        n_records=n_records,
        n_segments=len(recording.segments),
        duration_s=recording.duration_s,
        labels_rewritten=sum(spec.label != header.label for spec, header in pairs),
        units_removed=sum(bool(header.unit) and not spec.unit for spec, header in pairs),
        transducers_removed=sum(spec.transducer != header.transducer for spec, header in pairs),
        prefilters_reduced=sum(spec.prefilter != header.prefilter for spec, header in pairs),
        channels_left_out=plan.left_out,
        notes_kept=plan.notes_kept,
        notes_replaced=sum(text == REPLACED_NOTE for _, _, text in plan.notes),
        samples_left_out=0,
        source_findings=tuple(sorted({finding.kind for finding in recording.findings})),
        age_days=age_days,
        verified=True,
    )
