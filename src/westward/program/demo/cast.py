"""Who plays in the simulated program: people of the clinic, and children named after birds, trees and flowers.

Names are such that nobody takes them for a real child's; every chart and referral is marked as simulated besides.
"""

from __future__ import annotations

from dataclasses import dataclass

from westward.program.accounts.choices import Purpose, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who signs in.

    Attributes
    ----------
    username, name : str
        As in the account.
    role : str
        The role, for all sites.
    words : str
        On the button that signs in.
    purposes : tuple of str
        What the role is given for.
    """

    username: str
    name: str
    role: str
    words: str
    purposes: tuple[str, ...] = (Purpose.CARE,)


ACCOUNTS = (
    Account(username="coordinator", name="Carmen Rowan", role=Role.COORDINATOR, words="coordinator"),
    Account(username="physician", name="Dr. Helen Aldertree", role=Role.PHYSICIAN, words="physician"),
    Account(
        username="reader", name="Dr. Samuel Whimbrel", role=Role.PHYSICIAN, words="second physician, who reads EEGs"
    ),
    Account(username="technologist", name="Tomás Linden", role=Role.TECHNOLOGIST, words="EEG technologist"),
    Account(username="nurse", name="Nora Plover", role=Role.NURSE, words="nurse"),
    Account(username="genetics", name="Grace Teasel", role=Role.GENETIC_COUNSELOR, words="genetic counselor"),
    Account(username="pharmacist", name="Paul Sorrel", role=Role.PHARMACIST, words="pharmacist"),
    Account(
        username="quality", name="Quinn Nightjar", role=Role.QUALITY, words="quality lead", purposes=(Purpose.QUALITY,)
    ),
    Account(
        username="researcher",
        name="Dr. Rhea Bluebell",
        role=Role.RESEARCHER,
        words="researcher",
        purposes=(Purpose.RESEARCH,),
    ),
    Account(username="privacy", name="Priya Thistle", role=Role.PRIVACY_OFFICER, words="privacy officer"),
    Account(username="admin", name="Adam Birchwood", role=Role.ADMINISTRATOR, words="administrator"),
    Account(username="family", name="Alex Magpie", role=Role.CAREGIVER, words="a parent, who sees one child"),
)
"""Who signs in to the simulated program, one button each."""

CLUSTERS = {
    "events": "yes", "clusters": "yes", "regression": "yes", "video": "yes", "parent_concern": "yes", "cry": "yes",
    "breathing": "no", "convulsion": "no", "known_cause": "no", "epileptic_eeg": "unknown", "diagnosed": "no",
}  # fmt: skip
"""Spasms in clusters on waking, smiles lost, a phone video."""

EVENTS = {
    "events": "yes", "clusters": "unknown", "regression": "unknown", "video": "no", "parent_concern": "yes",
    "breathing": "no", "convulsion": "no", "known_cause": "no", "diagnosed": "no",
}  # fmt: skip
"""Odd movements; much of it not yet asked."""

MIMIC = {
    "events": "yes", "clusters": "no", "regression": "no", "video": "yes", "parent_concern": "no", "cry": "no",
    "breathing": "no", "convulsion": "no", "known_cause": "no", "epileptic_eeg": "no", "diagnosed": "no",
}  # fmt: skip
"""Single jerks at the onset of sleep in a child who gains skills."""

AT_RISK = {
    "events": "no", "clusters": "no", "regression": "no", "known_cause": "yes", "parent_concern": "no",
    "breathing": "no", "convulsion": "no", "diagnosed": "no",
}  # fmt: skip
"""No events, a cause that makes spasms likely."""

SECOND = {
    "diagnosed": "yes", "treated": "yes", "failing": "yes", "breathing": "no", "convulsion": "no",
    "unwell_on_hormone": "no", "events": "yes", "clusters": "yes",
}  # fmt: skip
"""Diagnosed and treated elsewhere, not controlled."""

STARTLE = {**CLUSTERS, "video": "no", "cry": "no", "epileptic_eeg": "yes"}
"""Clusters, and an EEG elsewhere that was epileptic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A simulated child.

    Attributes
    ----------
    age_d : int
        Age in days at the referral.
    began_d : float
        Days before today on which the referral came.
    story : str
        Name of a story in :mod:`westward.program.demo.stories`; it is told as far as today.
    answers : dict of str to str
        What the referral answers.
    gestation_d : int or None
        Gestational age at birth, days.
    eeg : str
        Scenario of the simulated recording; empty if none is made.
    course : str
        Name of a course of treatment in :mod:`westward.program.demo.stories.treated`; empty before a diagnosis.
    """

    given: str
    family: str
    sex: str
    age_d: int
    began_d: float
    story: str
    answers: dict[str, str]
    source: str = "professional"
    gestation_d: int | None = 277
    twin: bool = False
    language: str = "en"
    interpreter: bool = False
    eeg: str = ""
    course: str = ""
    words: str = ""


def _spanish(given: str, family: str, sex: str, age_d: int, began_d: float, story: str, **more: object) -> Child:
    fields: dict[str, object] = {"answers": CLUSTERS, "language": "es", "interpreter": True, **more}
    return Child(given=given, family=family, sex=sex, age_d=age_d, began_d=began_d, story=story, **fields)  # type: ignore[arg-type]


def _english(given: str, family: str, sex: str, age_d: int, began_d: float, story: str, **more: object) -> Child:
    fields: dict[str, object] = {"answers": CLUSTERS, **more}
    return Child(given=given, family=family, sex=sex, age_d=age_d, began_d=began_d, story=story, **fields)  # type: ignore[arg-type]


F, M = "female", "male"
EARLY_TWIN: dict[str, object] = {"twin": True, "gestation_d": 221}
WATCHED: dict[str, object] = {"answers": AT_RISK, "eeg": "healthy"}
SENT: dict[str, object] = {"answers": STARTLE, "source": "transfer"}
GROUPED = "based_4b_grouped"
TREATED: dict[str, object] = {"answers": SECOND, "source": "second_opinion"}
CHILDREN = (
    # Waiting for the first answer.
    _english("Owen", "Sparrow", M, 171, 0.03, "waiting", source="parent", words="Nods in rows after naps."),
    _spanish("Lucía", "Golondrina", F, 203, 0.09, "waiting", source="parent", words="Se dobla al despertar."),
    _english("Hazel", "Hawthorn", F, 148, 0.21, "unanswered", words="Clusters on waking for four days."),
    _english("Felix", "Juniper", M, 260, 0.12, "waiting", answers=MIMIC, source="phone"),
    # Talked to, not yet accepted or on the way.
    _english("Iris", "Larkspur", F, 190, 0.4, "contacted", answers=EVENTS, source="fax"),
    _english("Jonah", "Bramble", M, 120, 2.1, "declined", answers=MIMIC, source="parent"),
    _english("Violet", "Kestrel", F, 400, 3.4, "redirected", answers=MIMIC),
    # Accepted: EEG to order, ordered, booked; late because nobody came, and because no interpreter was there.
    _english("Levi", "Alder", M, 177, 0.6, "accepted"),
    _spanish("Mateo", "Colibrí", M, 214, 1.1, "ordered"),
    _english("Poppy", "Heron", F, 231, 1.3, "booked", answers=STARTLE),
    _english("Silas", "Marigold", M, 139, 1.6, "booked", source="phone"),
    _english("Clara", "Clover", F, 164, 4.4, "missed_eeg"),
    _spanish("Valentina", "Jacaranda", F, 187, 3.6, "released_eeg", source="phone"),
    # Recorded: somebody must say whose it is; to be read; read.
    _english("Ezra", "Finch", M, 205, 1.9, "wrong_child", eeg="hypsarrhythmia"),
    _english("Ruby", "Lark", F, 196, 1.3, "to_read", eeg="spasms"),
    _english("Noah", "Linnet", M, 152, 1.5, "to_read", eeg="based_2"),
    _english("Ada", "Cedar", F, 243, 1.4, "own_read", eeg="based_4a"),
    # Diagnosed by criteria, on the way to the cause.
    _english("Leo", "Willow", M, 181, 4.1, "confirmed", eeg="hypsarrhythmia_asymmetric", course="first_days"),
    _spanish("Camila", "Azahar", F, 226, 7.6, "confirmed", eeg="hypsarrhythmia_slow", course="before_day_7"),
    _english("Theo", "Magpie", M, 158, 12.2, "worked_up", eeg="based_4b_attenuation", course="raised"),
    _english("June", "Mistletoe", F, 209, 29.5, "worked_up", eeg="hypsarrhythmia", course="to_acth"),
    _english("Caleb", "Robin", M, 240, 33.0, "worked_up", source="fax", eeg="based_3a", course="responded"),
    _spanish("Santiago", "Ceiba", M, 199, 41.0, "cause_found", eeg="hypsarrhythmia_consistent_focus", course="lesion"),
    _english("Maeve", "Foxglove", F, 175, 55.0, "cause_found", eeg="hypsarrhythmia_synchronous", course="tuberous"),
    _english("Eli", "Dunnock", M, 222, 71.0, "cause_found", eeg="hypsarrhythmia_attenuation", course="operated"),
    _english("Stella", "Primrose", F, 145, 88.0, "cause_unknown", eeg="based_3b", course="relapsed"),
    _spanish("Diego", "Encina", M, 232, 104.0, "cause_unknown", eeg="hypsarrhythmia", course="on_diet"),
    # Not spasms.
    _english("Nora", "Buttercup", F, 170, 9.6, "not_spasms", answers=MIMIC, eeg="mimics"),
    _english("Asher", "Wagtail", M, 133, 24.0, "not_spasms", answers=EVENTS, source="parent", eeg="mimics"),
    # Twins, born early; one has spasms.
    _english("Ivy", "Goldcrest", F, 236, 3.2, "confirmed", course="combined", eeg="based_5", **EARLY_TWIN),
    _english("Rowan", "Goldcrest", M, 236, 3.1, "at_risk", **EARLY_TWIN, **WATCHED),
    # Born very early.
    _english("Micah", "Snowdrop", M, 290, 1.4, "booked", gestation_d=189, answers=STARTLE),
    # At risk, under surveillance.
    _english("Olive", "Waxwing", F, 96, 30.0, "at_risk", words="Tuberous sclerosis complex.", **WATCHED),
    _english("Jude", "Sycamore", M, 133, 47.0, "at_risk", words="Hypoxic-ischemic injury, cooled.", **WATCHED),
    _spanish("Emilia", "Alondra", F, 118, 26.0, "at_risk", words="Síndrome de Down (trisomía 21).", **WATCHED),
    # From elsewhere.
    _english("Naomi", "Nightingale", F, 305, 6.5, "second_opinion", course="appealed", eeg=GROUPED, **TREATED),
    _english("Isaac", "Hornbeam", M, 262, 17.0, "second_opinion", course="failing", eeg="hypsarrhythmia", **TREATED),
    _english("An", "Sen", F, 193, 1.2, "outside_eeg", language="vi", interpreter=True, answers=STARTLE),
    _english("Wesley", "Goldfinch", M, 201, 10.5, "outside_eeg", course="after_access", eeg="based_4a", **SENT),
    # No longer with the program, or no longer reached.
    _english("Hugo", "Sandpiper", M, 188, 80.0, "came_treated", course="lost", **SENT),
    _english("Luna", "Harebell", F, 168, 62.0, "transferred", course="moved"),
    _spanish("Joaquín", "Romerillo", M, 154, 96.0, "deceased", course="infection"),
    # The same child twice: referred by a parent, and by the pediatrician with a birth date one day off.
    _english("Ellie", "Chaffinch", F, 184, 1.6, "booked", source="parent"),
    _english("Eleanor", "Chaffinch", F, 185, 1.2, "twice"),
)  # fmt: skip
"""The children, in the order of what has happened to them."""

LATE = {
    "Clara Clover": "Nobody came to the EEG; the new slot lies after the limit.",
    "Valentina Jacaranda": "The slot was released because no interpreter was there; nobody has booked another.",
    "Ezra Finch": "The recording of another child was attached; nobody has said whose it is.",
    "Ruby Lark": "Recorded yesterday, unless a slot was free early today; not read.",
    "Noah Linnet": "Recorded yesterday, unless a slot was free early today; not read.",
    "Ada Cedar": "Recorded yesterday, unless a slot was free early today; read, not signed.",
    "Caleb Robin": "The laboratory is late with the exome.",
    "Hugo Sandpiper": "Lost to follow-up: whatever is due waits until the family is found.",
    "Eleanor Chaffinch": "The second chart of Ellie: nobody has seen yet that they are one child.",
    "Emilia Alondra": "The surveillance EEG that was agreed on with the family is not booked.",
}
"""Whom the board shows as late, and why. Of everybody else everything is in time on the day the demo is made."""
