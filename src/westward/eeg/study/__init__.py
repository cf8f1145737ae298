"""One analysis end to end: from a recording to its grade, bundle and report."""

from westward.eeg.study.analyze import analyze
from westward.eeg.study.options import StudyOptions
from westward.eeg.study.save import Saved, analyze_to_bundle

__all__ = ["Saved", "StudyOptions", "analyze", "analyze_to_bundle"]
