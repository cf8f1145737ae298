"""What hospital channel labels mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.channels import recognize
from westward.eeg.signal.montage import ELECTRODES


def of(*labels: str, unit: str = "uV") -> tuple[Channel, ...]:
    return recognize(labels, [256.0] * len(labels), [unit] * len(labels))


def one(label: str, unit: str = "uV") -> Channel:
    return of(label, unit=unit)[0]


@pytest.mark.parametrize(
    "label, electrode, reference",
    [
        ("EEG Fp1-Ref", "Fp1", "Ref"),
        ("FP1-LE", "Fp1", "LE"),
        ("POL C3", "C3", None),
        ("T3", "T7", None),
        ("T8", "T8", None),
        ("EEG T5-REF", "P7", "Ref"),
        ("T6", "P8", None),
        ("T3/T7", "T7", None),
        ("EEG C3-A2", "C3", "A2"),
        ("C3-M2", "C3", "M2"),
        ("C3:A2", "C3", "A2"),
        ("EEG Fp1", "Fp1", None),
        ("EEG A1-Ref", "A1", "Ref"),
        ("Fc5.", "FC5", None),
        ("Iz..", "Iz", None),
        ("EEG CZ-AVG", "Cz", "AVG"),
        ("O1-G2", "O1", "Ref"),
        ("EEG-Pz-REF", "Pz", "Ref"),
        ("EEGPz", "Pz", None),
        ("C3-X7", "C3", "X7"),
        ("F4–A1", "F4", "A1"),
    ],
)
def test_electrodes_get_their_position_and_reference(label: str, electrode: str, reference: str | None) -> None:
    channel = one(label)
    assert (channel.kind, channel.electrode, channel.reference) == (Kind.EEG, electrode, reference)
    assert channel.name == electrode
    assert channel.anode is channel.cathode is None


@pytest.mark.parametrize(
    "label, name",
    [
        ("Fp1-F7", "Fp1-F7"),
        ("EEG FP1-F7", "Fp1-F7"),
        ("T3-T5", "T7-P7"),
        ("T8-P8-0", "T8-P8"),
        ("Fp1 - F7", "Fp1-F7"),
        ("P3-01", "P3-O1"),
        ("EEG Fpz-Cz", "Fpz-Cz"),
        ("A1-T3", "A1-T7"),
    ],
)
def test_derivations_recorded_as_such(label: str, name: str) -> None:
    channel = one(label)
    assert channel.name == name
    assert f"{channel.anode}-{channel.cathode}" == name
    assert channel.kind is Kind.EEG
    assert channel.electrode is None


@pytest.mark.parametrize(
    "label, name, side, muscle",
    [
        ("LDELT", "EMG deltoid left", "left", "deltoid"),
        ("R Delt", "EMG deltoid right", "right", "deltoid"),
        ("Delt-R", "EMG deltoid right", "right", "deltoid"),
        ("EMG L Deltoid", "EMG deltoid left", "left", "deltoid"),
        ("Deltoid L-Ref", "EMG deltoid left", "left", "deltoid"),
        ("RDELT1-RDELT2", "EMG deltoid right", "right", "deltoid"),
        ("Li Delt", "EMG deltoid left", "left", "deltoid"),
        ("Chin", "EMG chin", None, "chin"),
        ("EMG submental", "EMG chin", None, "chin"),
        ("Chin1-Chin2", "EMG chin", None, "chin"),
        ("EMG1", "EMG 1", None, None),
        ("EMG-REF", "EMG", None, None),
        ("EMG_L", "EMG left", "left", None),
        ("LAT", "EMG tibialis left", "left", "tibialis"),
    ],
)
def test_muscles_and_sides(label: str, name: str, side: str | None, muscle: str | None) -> None:
    channel = one(label)
    assert (channel.kind, channel.name, channel.side, channel.muscle) == (Kind.EMG, name, side, muscle)


@pytest.mark.parametrize(
    "label, name",
    [
        ("EOG L", "EOG left"),
        ("LOC", "EOG left"),
        ("E1", "EOG left"),
        ("E2-M1", "EOG right"),
        ("ROC-A1", "EOG right"),
        ("EEG LUC-LE", "EOG left"),
        ("EOG horizontal", "EOG horizontal"),
        ("REOG", "EOG right"),
    ],
)
def test_eyes(label: str, name: str) -> None:
    channel = one(label)
    assert (channel.kind, channel.name) == (Kind.EOG, name)


@pytest.mark.parametrize(
    "label, kind",
    [
        ("EKG", Kind.ECG),
        ("ECG+", Kind.ECG),
        ("ECG EKG-Ref", Kind.ECG),
        ("EEG EKG1-REF", Kind.ECG),
        ("Resp", Kind.RESPIRATION),
        ("Thor", Kind.RESPIRATION),
        ("EEG Effort-Ref", Kind.RESPIRATION),
        ("Resp oro-nasal", Kind.RESPIRATION),
        ("Photic", Kind.PHOTIC),
        ("PHOTIC PH", Kind.PHOTIC),
        ("STI 014", Kind.TRIGGER),
        ("Status", Kind.TRIGGER),
        ("TRIG", Kind.TRIGGER),
        ("Mark1", Kind.TRIGGER),
        ("Event marker", Kind.TRIGGER),
        ("--0", Kind.UNKNOWN),
        ("$A1", Kind.UNKNOWN),
        ("POL $A1", Kind.UNKNOWN),
        ("X1", Kind.UNKNOWN),
        ("POL DC01", Kind.UNKNOWN),
        ("BP1", Kind.UNKNOWN),
        ("SaO2 X9", Kind.UNKNOWN),
        ("squarewave", Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
        ("BTEleft SD", Kind.EEG),
        ("CROSStop SD", Kind.EEG),
    ],
)
def test_kinds(label: str, kind: Kind) -> None:
    assert one(label).kind is kind


def test_a_channel_that_is_no_voltage_is_no_eeg() -> None:
    assert one("C3", unit="%").kind is Kind.UNKNOWN
    assert one("EMG chin", unit="bpm").kind is Kind.UNKNOWN
    assert one("Photic", unit="mm").kind is Kind.PHOTIC
    assert [one("C3", unit=unit).kind for unit in ("", "µV", "μV", "uV", "mV", "V", "�V")] == [Kind.EEG] * 7


def test_ears_on_a_cap_but_inputs_of_an_amplifier() -> None:
    cap = of("A1", "A2", "C3", "C4")
    assert [c.electrode for c in cap] == ["A1", "A2", "C3", "C4"]
    amplifier = of("A1", "A2", "A3", "C3", "B1", "Status")
    assert [c.electrode for c in amplifier] == [None] * 6
    assert [c.kind for c in amplifier] == [Kind.EEG] * 5 + [Kind.TRIGGER]
    assert "C3" not in {c.name for c in amplifier}


def test_eyes_of_a_sleep_study_but_inputs_of_a_net() -> None:
    assert [c.kind for c in of("E1", "E2", "C3")] == [Kind.EOG, Kind.EOG, Kind.EEG]
    net = of("E1", "E2", "E3", "E128")
    assert [(c.kind, c.electrode) for c in net] == [(Kind.EEG, None)] * 4


def test_derivations_that_share_a_cathode_are_electrodes_against_it() -> None:
    channels = of(*(f"{e}-Cz" for e in ("Fp1", "Fp2", "C3", "C4", "O1", "O2")))
    assert [c.electrode for c in channels] == ["Fp1", "Fp2", "C3", "C4", "O1", "O2"]
    assert {c.reference for c in channels} == {"Cz"}
    assert [c.electrode for c in of("Fpz-Cz", "Pz-Oz")] == [None, None]


def test_unnamed_eeg_counts_only_where_nothing_better_is_there() -> None:
    assert [c.kind for c in of("EEG 001", "EEG 002")] == [Kind.EEG] * 2
    beside_a_scalp = of(*(f"EEG {e}-REF" for e in ELECTRODES), "EEG 29-REF", "EEG C3P-REF", "EEG PG1-REF")
    assert [c.kind for c in beside_a_scalp[-3:]] == [Kind.UNKNOWN] * 3
    assert [c.electrode for c in beside_a_scalp[:19]] == list(ELECTRODES)


def test_a_repeated_position_keeps_its_label() -> None:
    channels = of("EEG C3", "EEG C3", "C3-A2")
    assert [c.label for c in channels] == ["EEG C3", "EEG C3 (2)", "C3-A2"]
    assert [c.name for c in channels] == ["C3", "EEG C3 (2)", "C3-A2"]
    assert {c.electrode for c in channels} == {"C3"}
    pair = of("T8-P8-0", "T8-P8-1")
    assert [c.name for c in pair] == ["T8-P8", "T8-P8-1"]


def test_lengths_must_agree() -> None:
    with pytest.raises(UsageError, match="2 labels, 1 rates"):
        recognize(["C3", "C4"], [256.0])


_SEEN = (
    "Fp1 T3 T7 A1 A3 C3 E1 E3 C3-A2 T3-T5 T8-P8-0 EKG ECG1 LDELT Chin EMG1 LOC DC01 X1 29 Resp Photic STI Status "
    "BTEleft --0 $A1 SpO2 P3-01 T3/T7 EOG_L IEOG Fpz-Cz C3P M1 Delt-R E2-M1 O1-G2"
)
_BODIES = st.sampled_from(_SEEN.split())
_PREFIXES, _SUFFIXES = st.sampled_from(["", "EEG ", "POL ", "EMG "]), st.sampled_from(["", "-Ref", ".", "-LE"])
_LABELS = st.one_of(
    st.builds("{}{}{}".format, _PREFIXES, _BODIES, _SUFFIXES),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=16),
)


@given(st.lists(_LABELS, max_size=30))
def test_names_and_labels_are_unique_and_nothing_is_lost(labels: list[str]) -> None:
    channels = recognize(labels, [200.0] * len(labels))
    assert [c.index for c in channels] == list(range(len(labels)))
    assert len({c.name for c in channels}) == len({c.label for c in channels}) == len(labels)
    assert all(c.label.startswith(label.strip()) for c, label in zip(channels, labels, strict=True))
    assert not any(c.electrode and (c.anode or c.cathode) for c in channels)
    assert all(bool(c.anode) == bool(c.cathode) for c in channels)
    assert all(c.kind is Kind.EEG for c in channels if c.electrode or c.anode)


@given(st.sets(_BODIES, max_size=30))
def test_recognizing_names_again_changes_nothing(bodies: set[str]) -> None:
    labels = sorted(bodies)
    first = recognize(labels, [200.0] * len(labels))
    again = recognize([c.name for c in first], [200.0] * len(labels))
    assert [(c.name, c.kind, c.electrode, c.anode, c.side, c.muscle) for c in again] == [
        (c.name, c.kind, c.electrode, c.anode, c.side, c.muscle) for c in first
    ]
