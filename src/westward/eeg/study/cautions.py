"""What the user should know beside the grade."""

from __future__ import annotations

from collections import Counter

from westward.core.ages import months_of
from westward.eeg.study.naming import stem_names_the_patient
from westward.eeg.study.result import Study, unstaged

MAX_MASKED_SHARE = 0.15
"""Share of the recording masked as not interictal from which it is said. Status: policy."""


def warnings(study: Study) -> list[str]:
    """What the user should know, most important first."""
    out = []
    if study.refusal:
        out.append(study.refusal)
    out += _states(study)
    out += _masked(study)
    if stem_names_the_patient(study.recording):
        out.append("the file name holds words of the patient's name or code, and so does the name of this bundle; "
                   "use westward deidentify before sharing")  # fmt: skip
    out += [f"{b.name} left out ({b.reason.replace('_', ' ')})" for b in study.bad_channels]
    out += list(study.grade.warnings)
    if study.layout is not None and not study.layout.positions_known:
        out.append("electrode positions not recognized: no foci, no amplitude limits")
    repaired = Counter(f.kind for f in study.recording.findings if f.repaired)
    out += [
        f"file repaired: {kind.replace('_', ' ')}" + (f" ({n} times)" if n > 1 else "") for kind, n in repaired.items()
    ]
    return list(dict.fromkeys(out))


def _states(study: Study) -> list[str]:
    why = unstaged(study)
    if not why:
        doubt = study.night.hypnogram.arousal_doubt
        return [f"arousals: {doubt}; the time after such is in the grade"] if doubt else []
    out = []
    if study.age_days is None:
        out.append("age unknown: states and all that depends on age are not assessed; give --age-days or --age-months")
    elif not study.refusal:
        out.append(f"sleep states are not assessed: {why} (age {months_of(study.age_days):.1f} months)")
    if not study.refusal:
        out.append("time after arousals is not left out of the grade: without sleep states no arousal is known")
    return out


def _masked(study: Study) -> list[str]:
    mask = study.night.masked
    share = float(mask.mask.mean()) if len(mask.mask) else 0.0
    if share <= MAX_MASKED_SHARE:
        return []
    parts = [f"{mask.spasm_share:.0%} around possible spasms"]
    if not unstaged(study):
        parts.append(f"{mask.arousal_share:.0%} after arousals")
    told = " and ".join(parts).replace("%", " %")
    return [f"{share:.0%}".replace("%", " %") + f" of the recording is masked as not interictal ({told}) "
            "and not part of the grade"]  # fmt: skip
