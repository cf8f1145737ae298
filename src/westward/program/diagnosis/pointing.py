"""Recordings whose files say of a child what its chart says, wherever they are: on another chart, or on none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from westward.program.diagnosis.choices import RecordingState
from westward.program.diagnosis.inspecting import day_of
from westward.program.diagnosis.models import Recording, Study
from westward.program.diagnosis.rules.identity import Header, points_to
from westward.program.diagnosis.rules.names import beginnings
from westward.program.diagnosis.studies import header_of, meant_by, person_of
from westward.program.people.choices import ChildState
from westward.program.people.models import Child

_SAID = ("header_name", "header_code", "header_sex", "header_birth", "header_start")


def on_other_charts(children: Sequence[int]) -> list[int]:
    """Keys of studies on other charts whose files point to one of these children."""
    persons = [person_of(child) for child in Child.objects.filter(pk__in=children).exclude(state=ChildState.MERGED)]
    if not persons:
        return []
    rows = Study.objects.on_charts().exclude(child__in=children).order_by("pk")
    said = rows.values_list("pk", *(f"recording__{name}" for name in _SAID))
    return [key for key, *facts in said if any(points_to(_header(*facts), person) for person in persons)]


def on_no_chart(children: Iterable[Child]) -> dict[int, list[Recording]]:
    """Unassigned recordings that point to each of these children, oldest first; children without any are left out."""
    waiting = list(Recording.objects.filter(state=RecordingState.UNASSIGNED).order_by("arrived_at", "pk"))
    found: dict[int, list[Recording]] = defaultdict(list)
    persons = [(child, person_of(child)) for child in children] if waiting else []
    for recording in waiting:
        header = header_of(recording)
        begins = tuple(beginnings(header.name))
        for child, person in persons:
            cheap = header.birth is not None or bool(header.code) or child.name_key.startswith(begins)
            if cheap and points_to(header, person):
                found[child.pk].append(recording)
    return dict(found)


def charts_of(recordings: Sequence[Recording]) -> dict[int, list[Child]]:
    """Charts of every site, by recording, that the file of each points to; merged ones left out."""
    headers = {recording.pk: header_of(recording) for recording in recordings}
    if not headers:
        return {}
    near = meant_by(*headers.values())
    charts = [(child, person_of(child)) for child in near.exclude(state=ChildState.MERGED).order_by("pk")]
    return {key: [child for child, person in charts if points_to(said, person)] for key, said in headers.items()}


def _header(name: str, code: str, sex: str, birth: date | None, start: str) -> Header:
    return Header(name=name, code=code, sex=sex, birth=birth, recorded=day_of(start))
