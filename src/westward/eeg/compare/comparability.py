"""Whether two studies can be compared at all, and which measures cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from westward.core.errors import UsageError
from westward.eeg.compare.measures import BACKGROUND, SPIKES, SPINDLES, measures
from westward.eeg.compare.parameters import CompareParameters
from westward.eeg.compare.side import Side
from westward.eeg.layout import working_rate
from westward.look import words

_DERIVED = ("bipolar", "mixed")
"""References of files whose electrode potentials are a least-squares solution."""
_OWN = (SPIKES, SPINDLES, BACKGROUND)


@dataclass(frozen=True, slots=True)
class Comparability:
    """What stands between two studies.

    Attributes
    ----------
    cautions : tuple of str
        To be read with the result, most important first.
    refused : mapping of str to str
        Measures that are not compared, and why.
    """

    cautions: tuple[str, ...]
    refused: Mapping[str, str]


def check(before: Side, after: Side, parameters: CompareParameters) -> Comparability:
    """Compare how the two were recorded and analyzed.

    Raises
    ------
    UsageError
        If both are one recording, or AFTER was recorded at a lower age.
    """
    one, other = before.summary["provenance"], after.summary["provenance"]
    if one.get("input_sha256") and one.get("input_sha256") == other.get("input_sha256"):
        raise UsageError(f"{before.name} and {after.name} are results of one recording; give two studies")
    if before.age_days is not None and after.age_days is not None and after.age_days < before.age_days:
        raise UsageError(
            f"AFTER ({after.name}) was recorded at {words.age(after.age_days)}, BEFORE ({before.name}) at "
            f"{words.age(before.age_days)}; give the earlier study first"
        )
    cautions: list[str] = []
    refused: dict[str, str] = {}
    if bool(before.summary.get("simulated")) != bool(after.summary.get("simulated")):
        cautions.append("One of the two is simulated: this is no comparison of one child.")
    cautions += _ages(before, after)
    for found, left_out in (_rates(before, after, parameters), _electrodes(before, after, parameters)):
        cautions += found
        refused |= {k: v for k, v in left_out.items() if k not in refused}
    cautions += _emg(before, after)
    cautions += [
        f"Arousals in the study {when}: {told}."
        for when, s in (("before", before), ("after", after))
        if (told := s.summary.get("arousals_doubt"))
    ]
    cautions += _software(one, other)
    return Comparability(tuple(cautions), refused)


def _ages(before: Side, after: Side) -> list[str]:
    if before.age_days is None or after.age_days is None:
        which = " and ".join(n for n, s in (("BEFORE", before), ("AFTER", after)) if s.age_days is None)
        return [f"Age unknown ({which}): whether AFTER is the later study could not be checked."]
    return []


def _rates(before: Side, after: Side, p: CompareParameters) -> tuple[list[str], dict[str, str]]:
    found = [s.summary["recording"].get("sfreq_hz") for s in (before, after)]
    if None in found:
        return ["Sampling rate unknown in one study."], {}
    rates = [working_rate(float(r)) for r in found]
    if rates[0] == rates[1]:
        return [], {}
    told = f"{words.number(rates[0], 'Hz')} before, {words.number(rates[1], 'Hz')} after"
    refused = {m.key: f"depends on the sampling rate: {told}" for m in measures().values() if m.rate_bound}
    cautions = [f"Worked on at unlike sampling rates ({told}): measures that count samples are not compared."]
    if min(rates) < 2 * p.bandwidth_hz:
        refused |= {
            m.key: f"{words.number(min(rates), 'Hz')} cuts the band it is measured in"
            for m in measures().values()
            if m.band_bound
        }
        cautions.append(f"{words.number(min(rates), 'Hz')} cuts the band: measures of the whole band are not compared.")
    return cautions, refused


def _electrodes(before: Side, after: Side, p: CompareParameters) -> tuple[list[str], dict[str, str]]:
    one, other = (s.summary["recording"].get("reference") for s in (before, after))
    cautions: list[str] = []
    refused: dict[str, str] = {}
    known = [m.key for m in measures().values() if m.key not in _OWN]
    if (one in _DERIVED) != (other in _DERIVED):
        why = f"electrode potentials come from unlike montages ({one or 'unknown'} before, {other or 'unknown'} after)"
        cautions.append(f"{why[:1].upper()}{why[1:]}: measures of electrodes are not compared.")
        refused |= dict.fromkeys(known, why)
    elif one != other:
        cautions.append(
            f"Unlike references ({one or 'unknown'} before, {other or 'unknown'} after); measures of electrodes are "
            "taken on the average reference and derivations need none."
        )
    a, b = set(before.electrodes), set(after.electrodes)
    if a != b and a and b:
        odd = sorted(a ^ b)
        share = len(a & b) / len(a | b)
        cautions.append(
            f"{words.listing(odd)} measured in one study only; what both have is compared, and the average reference "
            "is one of unlike electrodes."
        )
        if share < p.min_common_share:
            why = f"{words.percent(share)} of the electrodes in common"
            whole = ("network_strength", "network_stability", "brain_symmetry_index", "interhemispheric_correlation")
            refused |= dict.fromkeys(whole, why)
    one_set, other_set = (set(s.summary["recording"].get("derivations") or ()) for s in (before, after))
    if one_set != other_set:
        common = len(one_set & other_set) / len(one_set | other_set)
        told = (
            "The derivations differ: the grades rest on unlike montages, and spikes are looked for in unlike channels"
        )
        if common < p.min_common_share:
            told += f": with {words.percent(common)} of them in common the number of spikes is not compared"
            refused[SPIKES] = f"counted over all derivations, {words.percent(common)} of which are in both studies"
        cautions.append(f"{told}.")
        sides = [set(s.tables[SPINDLES].channels) if SPINDLES in s.tables else set() for s in (before, after)]
        if all(sides) and sides[0] != sides[1]:
            refused[SPINDLES] = "recorded over unlike sides of the head"
    return cautions, refused


def _emg(before: Side, after: Side) -> list[str]:
    told = [(s.summary["spasms"] or {}).get("with_emg") for s in (before, after)]
    if None in told or told[0] == told[1]:
        return []
    return [
        f"Limb EMG was there in the study {'before' if told[0] else 'after'} only: spasms are found less surely "
        "without it, and their counts are not those of one method."
    ]


def _software(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    if one.get("version") != other.get("version"):
        versions = f"{one.get('version')} and {other.get('version')}"
        return [f"Analyzed by unlike versions ({versions}): analyze both again with one."]
    a, b = ({r["name"]: r["value"] for r in x.get("parameters") or []} for x in (one, other))
    unlike = sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))
    if not unlike:
        return []
    few = words.listing(unlike[:3]) + (f" and {len(unlike) - 3} more" if len(unlike) > 3 else "")
    return [f"Analyzed with unlike parameters ({few}): analyze both again alike."]
