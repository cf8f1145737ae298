"""A child, the people around an EEG, and a tiny simulated recording of that child."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from tests.program.staff import by, person

from westward.eeg.simulate.generate import simulate
from westward.program.accounts.models import Site, User
from westward.program.diagnosis.choices import RecordingState, Source, StudyState
from westward.program.diagnosis.inspecting import Inspected
from westward.program.diagnosis.models import Analysis, EngineResult, Recording, Study
from westward.program.people.models import Child

BIRTH, RECORDED = date(2025, 3, 1), date(2025, 10, 5)
START = datetime(2025, 10, 5, 21, 30)  # noqa: DTZ001  a recorder's clock has no zone
PATIENT = "77 F 01-MAR-2025 Rivera_Ana"


def a_child(number: int = 1, **fields: Any) -> Child:
    given = {"family_name": "Rivera", "given_name": "Ana", "birth_date": BIRTH, "sex": "female", "gestation_d": 280}
    return Child.objects.create(pseudonym=f"W-TEST-{number:04d}", **(given | fields))


def a_site(code: str = "north") -> Site:
    return Site.objects.create(code=code, name=code.title())


def reader(name: str = "rea", *, site: Site | None = None) -> User:
    return person(name, "physician", site=site)


def make_edf(
    folder: Path, *, minutes: float = 6, patient: str = PATIENT, seed: int = 3, scenario: str = "hypsarrhythmia"
) -> Path:
    return simulate(
        scenario, age_months=7, minutes=minutes, seed=seed, out_dir=folder, overwrite=True, patient=patient, start=START
    ).edf


def rewritten(edf: Path, target: Path, *, patient: str, start: str = "05.10.25", recording: str = "") -> Path:
    """The same samples under another header."""
    data = bytearray(edf.read_bytes())
    data[8:88] = patient.ljust(80).encode("ascii")
    data[88:168] = (recording or "Startdate 05-OCT-2025 SIMULATED X X").ljust(80).encode("ascii")
    data[168:176] = start.encode("ascii")
    target.write_bytes(data)
    return target


def looked(**facts: Any) -> Inspected:
    """A header as the engine would tell it."""
    known = {
        "format": "EDF+C", "name": "Rivera Ana", "code": "77", "sex": "F", "birth": "2025-03-01",
        "start": "2025-10-05T21:30:00", "duration_s": 360.0, "channels": 19, "limb_emg": True, "simulated": True,
    }  # fmt: skip
    return Inspected(True, "", known | facts)


def a_study(child: Child, *, state: str = StudyState.ANALYZED, n: int = 1, **fields: Any) -> Study:
    """A study without files."""
    now = timezone.now()
    recording = Recording.objects.create(
        state=RecordingState.ATTACHED, source=Source.UPLOAD, sha256=f"{child.pk:032d}{n:032d}", size_bytes=1,
        original_name="night.edf", folder=f"recordings/{child.pk}-{n}", main="recording.edf", readable=True,
        header_name="Rivera Ana", header_start="2025-10-05T21:30:00", duration_s=360, arrived_at=now,
    )  # fmt: skip
    given = {"recorded_on": RECORDED, "attached_at": now, "identity": {"lines": [], "stops": [], "cautions": []}}
    return Study.objects.create(child=child, recording=recording, state=state, **(given | fields))


def a_result(study: Study, *, score: int | None = 5, **fields: Any) -> EngineResult:
    """A result whose figures and words are found again in any answer that leaks them."""
    now = timezone.now()
    analysis = Analysis.objects.create(study=study, state="done", age_d=218, age_why="term", asked_at=now, ended_at=now)
    given = {
        "bundle": f"bundles/study-{study.pk}.westward", "score": score, "rule": "5", "headline": HEADLINE,
        "spike_bin_fraction": 0.7867, "spasms": 4242, "clusters": 31, "sleep_min": 271.0,
        "warnings": ["a warning of the engine quixfind"], "version": "0.1.0-quixfind", "summary_sha256": "a" * 64,
        "made_at": now,
        "not_assessable": [{"what": "relapse quixfind", "why": "quixfind"}],
    }  # fmt: skip
    return EngineResult.objects.create(study=study, analysis=analysis, **(given | fields))


HEADLINE = "BASED 5 (definite epileptic encephalopathy): quixfind foci"
LEAKS = re.compile(r"quixfind|\(definite epileptic|4242|31 clusters|78\.67|79 %|271 min|BASED 5|score\W{1,4}5\b")

READ = {"based": 4, "hypsarrhythmia": "yes", "focal_or_multifocal": "yes", "sleep_recorded": "yes", "quality": "good"}

__all__ = ["by", "person"]
