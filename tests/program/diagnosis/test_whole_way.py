"""From the upload to the diagnosis, with a real analysis in its own process."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.program.diagnosis.support import READ, a_child, person
from tests.program.staff import signed_in

from westward.care.clocks import Milestone
from westward.program.audit.queries import walk
from westward.program.diagnosis import analyzing, files, journey
from westward.program.diagnosis.models import Analysis, Decision, EegOrder, EngineView, Recording, Study

pytestmark = pytest.mark.django_db


def test_from_the_order_to_the_decision(edf: Path, media: Path) -> None:
    child = a_child()
    physician, technologist = signed_in(person("rea", "physician")), signed_in(person("tec", "technologist"))
    base = f"/children/{child.pk}"
    asked = {"urgency": "today", "length": "overnight", "sleep_required": "on", "limb_emg": "on", "reason": "clusters"}
    assert physician.post(f"{base}/eeg/order/", asked).status_code == 302
    order = EegOrder.objects.get()
    sheet = {"recorded_on": "2025-10-05", "deltoid_emg": "yes", "sleep_recorded": "yes", "impedances": "Fp1 4.5, O2 12"}
    assert technologist.post(f"{base}/eeg/orders/{order.pk}/sheet/", sheet).status_code == 302
    upload = SimpleUploadedFile("Rivera Ana.edf", edf.read_bytes())
    answer = technologist.post(f"{base}/eeg/upload/", {"recording": upload, "order": order.pk}, follow=True)
    assert "waits for its analysis" in answer.content.decode()
    study = Study.objects.get()
    recording = Recording.objects.get()
    assert (media / recording.folder / recording.main).read_bytes() == edf.read_bytes()
    assert recording.main == "recording.edf"
    assert (study.state, study.stopped, str(study.recorded_on)) == ("waiting", False, "2025-10-05")
    analysis = Analysis.objects.get()
    assert (analysis.age_d, analysis.state) == (218, "queued")

    earlier = media / analyzing.bundle_of(study)
    earlier.mkdir(parents=True)
    (earlier / "old").write_text("of an earlier run, which may have been killed")
    assert analyzing.run(analysis.pk) == "done"
    assert not (earlier / "old").exists()
    study.refresh_from_db()
    assert (study.state, study.urgent_suggested) == ("analyzed", True)
    result = study.results.get()
    assert (result.score, result.rule) == (5, "5")
    assert (files.root() / result.bundle / "report.html").is_file()
    page = f"{base}/eeg/studies/{study.pk}/"
    assert "Urgent read suggested" in physician.get(page).content.decode()
    assert physician.get(f"{page}report/frame/").status_code == 403

    assert physician.post(f"{page}read/", READ | {"ictal_correlate": "unknown"}).status_code == 302
    assert "See the engine" in physician.get(page).content.decode()
    assert physician.get(f"{page}report/frame/").status_code == 403
    physician.post(f"{page}see/")
    assert EngineView.objects.get().own_read.based == 4
    assert result.headline[:20] in physician.get(page).content.decode()
    frame = physician.get(f"{page}report/frame/")
    assert frame["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert b"<script" not in frame.content.lower()
    physician.post(f"{page}read/", READ | {"based": 5, "reason": "the second half of the night"})
    physician.post(f"{page}sign/")
    assert [read.based for read in study.reads.all()] == [4, 5]
    assert journey.lines([child.pk]) == {child.pk: "BASED 5 (signed)"}

    history = {"spasms": "yes", "plateau_or_regression": "yes", "eeg_available": "yes"}
    days = {"onset_earliest": "2025-09-01", "onset_latest": "2025-09-07"}
    assert physician.post(f"{base}/diagnosis/history/", history | days).status_code == 302
    shown = physician.get(f"{base}/diagnosis/").content.decode()
    assert "cannot be said" in shown.lower()  # whether an event was recorded is not known
    decided = {"outcome": "confirmed", "on": "2025-10-06", "words": "typical clusters on the family's video"}
    assert physician.post(f"{base}/diagnosis/decide/", decided).status_code == 302
    decision = Decision.objects.get()
    assert decision.judgment["outcome"] == "cannot be said"
    assert decision.judgment["findings"]["based_score"] == 5
    assert all(item["fact"]["source"] for item in decision.judgment["items"])
    physician.post(f"{base}/diagnosis/treatment/", {"on": "2025-10-06", "what": "prednisolone"})
    facts = journey.facts([child.pk])[child.pk]
    assert {m: str(w.earliest) for m, w in facts.items()} == {
        Milestone.EEG: "2025-10-05",
        Milestone.DIAGNOSIS: "2025-10-06",
        Milestone.TREATMENT: "2025-10-06",
    }
    assert walk().whole
