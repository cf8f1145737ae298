"""What the worker stores of a run of the engine: its result, or one line why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from westward.program.accounts.actions.base import code
from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.diagnosis import files
from westward.program.diagnosis.choices import AnalysisState, StudyState
from westward.program.diagnosis.models import Analysis, EngineResult, Study
from westward.program.diagnosis.rules.urgent import suggested


@dataclass(frozen=True, kw_only=True)
class _OfAnalysis(SystemAct[Analysis]):
    analysis: Analysis

    def target(self) -> str:
        """The study."""
        return self.analysis.study.audit_id

    def validate(self) -> None:
        """Still running, and still wanted."""
        now = Analysis.objects.select_related("study").get(pk=self.analysis.pk)
        if now.state != AnalysisState.RUNNING or now.study.state == StudyState.WITHDRAWN:
            raise InvalidActError("this analysis is not wanted any more")

    def told(self, detail: Mapping[str, Any]) -> Told:
        """The audit row: never a figure of the engine."""
        child = self.analysis.study.child
        return Told(
            self.target(), code(child.site), detail={"analysis": self.analysis.pk, **detail}, children=(child.pk,)
        )

    def end(self, state: str, study: str, failure: str = "") -> None:
        """Close the run and move the study on."""
        Analysis.objects.filter(pk=self.analysis.pk).update(
            state=state, failure=failure[:500], ended_at=timezone.now(), **({"done": 1} if not failure else {})
        )
        Study.objects.filter(pk=self.analysis.study_id).update(state=study)


@dataclass(frozen=True, kw_only=True)
class StoreResult(_OfAnalysis):
    """Store what ``summary.json`` says; the audit row says that it came, not what it is."""

    verb = "diagnosis.store_result"
    bundle: str
    summary: Mapping[str, Any]

    def write(self) -> tuple[Analysis, Told]:
        """The result."""
        based, spasms = self.summary["based"], self.summary.get("spasms") or {}
        states = self.summary["states"]
        asleep = [states.get("nrem"), states.get("rem")]
        text = (files.root() / self.bundle / "summary.json").read_bytes()
        EngineResult.objects.update_or_create(
            analysis=self.analysis,
            defaults={
                "study": self.analysis.study,
                "bundle": self.bundle,
                "score": based["score"],
                "lower_bound": bool(based.get("lower_bound")),
                "rule": based.get("rule") or "",
                "headline": str(based.get("sentence") or based.get("headline") or "")[:500],
                "margin": list(based.get("margin") or []),
                "spike_bin_fraction": based.get("spike_bin_fraction"),
                "spasms": spasms.get("n"),
                "clusters": spasms.get("n_clusters"),
                "sleep_min": None if None in asleep else sum(asleep),
                "not_assessable": list(self.summary["not_assessable"]),
                "warnings": list(self.summary["warnings"]),
                "version": str(self.summary["provenance"]["version"])[:60],
                "summary_sha256": hashlib.sha256(text).hexdigest(),
                "made_at": timezone.now(),
            },
        )
        urgent = suggested(score=based["score"], clusters=spasms.get("n_likely_clusters"))
        if urgent:
            Study.objects.filter(pk=self.analysis.study_id).update(urgent_suggested=True)
        self.end(AnalysisState.DONE, StudyState.ANALYZED)
        return self.analysis, self.told({"state": AnalysisState.DONE})


@dataclass(frozen=True, kw_only=True)
class FailAnalysis(_OfAnalysis):
    """Store why a run failed."""

    verb = "diagnosis.fail_analysis"
    failure: str

    def write(self) -> tuple[Analysis, Told]:
        """Failed; a result of an earlier run stays."""
        self.end(AnalysisState.FAILED, StudyState.FAILED, self.failure)
        return self.analysis, self.told({"state": AnalysisState.FAILED})
