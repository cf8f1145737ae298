"""The pages to read: complete in both languages, every claim with its source, the same for everybody."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.program.staff import person

from westward.core.errors import InputError
from westward.evidence.loader import load
from westward.evidence.status import Status
from westward.program.audit.models import Entry
from westward.program.public import clock
from westward.program.public.addresses import address
from westward.program.public.pages import CLAIMS, KINDS, Page, pages, read, sources
from westward.program.public.speech import LANGUAGES, Words, phrases, words
from westward.program.referral.rules import QUESTIONS
from westward.program.shell.site import SiteDetails, parse

ALL = list(pages().values())
WANTED = [
    "what-they-are",
    "what-they-look-like",
    "what-to-do",
    "causes",
    "tests",
    "eeg-visit",
    "treatments",
    "outcomes",
    "trials",
    "contact",
    "resources",
    "glossary",
]
SITE = parse(
    """
program = "Valley Infantile Spasms Program"
hospital = "Valley Children's"
address = ["1 Main Street", "Springfield"]
emergency_number = "911"
languages = ["en", "es"]
simulated = true
[hours]
mon = "8:00-17:00"
tue = "8:00-17:00"
[lines]
urgent_referral = "+1 310 555 0100"
[[trials]]
name = "A trial of care"
"""
)


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text))


def said(page: Page) -> list[tuple[str, Words]]:
    found = [("title", page.title), ("lead", page.lead)]
    for block in page.blocks:
        found += [(f"{block.key}.{n}", w) for n in ("heading", "intro", "note") if (w := getattr(block, n))]
        for k, claim in enumerate(block.claims):
            found += [(f"{block.key}.{k}", claim.says)] + (
                [(f"{block.key}.{k} term", claim.term)] if claim.term else []
            )
        found += [(f"{block.key}.{link.name}", link.says) for link in block.links]
    return found


def text(content: bytes) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode())))


def test_every_topic_has_its_page() -> None:
    assert list(pages()) == WANTED


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.slug)
def test_both_languages_say_the_same_figures(page: Page) -> None:
    for where, both in said(page):
        assert both.en != both.es or len(both.en) <= 12 or where.endswith("term"), where
        assert numbers(both.en) == numbers(both.es), where


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.slug)
def test_every_claim_has_a_source_and_a_status_and_none_pretends(page: Page) -> None:
    for claim in page.claims:
        assert claim.source.text.en
        assert claim.status is not Status.VERIFIED, "nobody has opened the primary source of this claim"
        if claim.source.key == "known":
            assert claim.status is Status.RECALLED, claim.says.en
        if claim.source.key == "program":
            assert claim.status is Status.POLICY, claim.says.en


def test_no_source_lies_unused() -> None:
    assert {claim.source.key for page in ALL for claim in page.claims} == set(sources())


def test_recalled_claims_carry_no_figures() -> None:
    for page in ALL:
        for claim in page.claims:
            if claim.status in (Status.RECALLED, Status.UNCONFIRMED):
                assert not numbers(claim.says.en), claim.says.en


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.slug)
def test_the_words_are_plain(page: Page) -> None:
    for where, both in said(page):
        for language in LANGUAGES:
            assert not re.search(
                r"retard|cryptogenic|criptog|idiopathic|idiop|catastroph|catastr", both[language], re.IGNORECASE
            ), where
            assert "!" not in both[language], where
            for sentence in re.split(r"(?<=[.?:;]) ", both[language]):
                assert len(sentence.split()) <= 34, (where, sentence)


def test_no_page_gives_a_dose() -> None:
    for page in ALL:
        for where, both in said(page):
            assert not re.search(r"\d\s*(mg|U|IU|mL|units|unidades)\b", both.en), (page.slug, where)


def test_english_questions_of_professionals_are_those_of_triage() -> None:
    sheet = load("triage")
    keys = {"events": "next_days.events", "diagnosed": "second_opinion.diagnosed", "treated": "same_day.untreated"}
    keys |= {name: f"emergency_now.{name}" for name in ("breathing", "convulsion", "unwell_on_hormone")}
    keys["failing"] = "next_days.failing"
    asked = phrases("en", "refer.toml")["professional"]
    for name in QUESTIONS:
        assert asked[name] == sheet.text(keys.get(name, f"same_day.{name}")), name


def test_every_question_is_asked_of_both_in_both_languages() -> None:
    for language in LANGUAGES:
        for who in ("parent", "professional"):
            assert set(phrases(language, "refer.toml")[who]) == set(QUESTIONS)


@pytest.mark.parametrize("name", ["words.toml", "refer.toml"])
def test_words_keep_their_places(name: str) -> None:
    for section, english in phrases("en", name).items():
        for key, said in english.items():
            spanish = phrases("es", name)[section][key]
            assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", spanish)), (section, key)


def test_a_language_that_is_missing_is_told() -> None:
    with pytest.raises(InputError, match="both languages"):
        words({"en": "Yes"}, "here")
    with pytest.raises(InputError, match="empty"):
        words({"en": "Yes", "es": " "}, "here")
    with pytest.raises(InputError, match="no words 'nonsense'"):
        phrases("en")["site"]["nonsense"]


def test_a_page_that_is_wrong_is_told() -> None:
    both = {"en": "x", "es": "x"}
    claim = both | {"source": "ilae", "status": "excerpt"}
    good = {"slug": "x", "title": both, "lead": both, "block": [{"key": "a", "kind": "text", "claims": [claim]}]}
    assert read("x", good, sources()).slug == "x"
    for change, told in (
        ({"kind": "poem"}, "no kind of block"),
        ({"kind": "figure"}, "no figure"),
        ({"claims": []}, "needs claims"),
        ({"kind": "call"}, "takes no claims"),
        ({"claims": [claim | {"source": "hearsay"}]}, "not in sources.toml"),
        ({"claims": [claim | {"status": "sure"}]}, "status 'sure'"),
    ):
        bad = good | {"block": [{"key": "a", "kind": "text", "claims": [claim]} | change]}
        with pytest.raises(InputError, match=told):
            read("x", bad, sources())
    assert CLAIMS < KINDS


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ALL, ids=lambda page: page.slug)
def test_a_page_shows_every_block_and_names_its_sources(page: Page, language: str, settings: Any) -> None:
    settings.SITE_DETAILS = SITE
    answer = Client().get(address("about", language, page.slug))
    html = answer.content.decode()
    shown = text(answer.content)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in html
    assert answer["Content-Language"] == language
    for where, both in said(page):
        assert both[language].replace("{emergency}", "911") in shown, where
    for block in page.blocks:
        assert f'id="{block.key}"' in html
    for claim in page.claims:
        assert claim.source.text[language] in shown
    assert set(re.findall(r'href="#(source-\d+)"', html)) == set(re.findall(r'<li id="(source-\d+)"', html))
    other = address("about", "en" if language == "es" else "es", page.slug)
    assert f'href="{other}"' in html
    assert phrases(language)["site"]["unreviewed"] in shown
    assert phrases(language)["site"]["simulated_says"] in shown
    assert " style=" not in html
    assert "<style" not in html


@pytest.mark.django_db
def test_reading_sets_no_cookie_and_may_be_kept() -> None:
    for slug in WANTED:
        for language in LANGUAGES:
            answer = Client().get(address("about", language, slug))
            assert not answer.cookies
            assert answer["Cache-Control"] == ("no-store" if slug == "contact" else "public, max-age=300")
    for path in ("/", "/es/", "/refer/"):
        answer = Client().get(path)
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
    assert Client().get("/about/nonsense/").status_code == 404
    assert Client().post("/about/causes/").status_code == 405
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_kept_page_is_the_same_for_whoever_asks() -> None:
    client = Client()
    client.force_login(person("kim", "caregiver", kind="caregiver"))
    assert client.get("/about/causes/").content == Client().get("/about/causes/").content


@pytest.mark.django_db
def test_whoever_is_signed_in_is_led_on_from_the_front_page() -> None:
    for name, kind, roles, leads in (
        ("kim", "staff", ["nurse"], "/board/"),
        ("boss", "staff", ["administrator"], "/me/"),
        ("pat", "caregiver", ["caregiver"], "/my-child/"),
    ):
        user = person(name, *roles, kind=kind)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
        client = Client()
        client.force_login(user)
        assert client.get("/")["Location"] == leads
        assert client.get("/es/").status_code == 200
    assert Client().get("/").status_code == 200


@pytest.mark.django_db
def test_nothing_is_invented_where_the_site_has_entered_nothing(settings: Any) -> None:
    settings.SITE_DETAILS = SiteDetails()
    for language in LANGUAGES:
        t = phrases(language)
        contact = Client().get(address("about", language, "contact")).content
        assert text(contact).count(t["site"]["phone_not_set"]) == 7
        assert b"tel:" not in contact
        assert t["lines"]["no_address"] in text(contact)
        assert t["site"]["local_emergency"] in text(contact)
        assert t["trials"]["none"] in text(Client().get(address("about", language, "trials")).content)
        front = Client().get(address("front", language)).content
        assert b"tel:" not in front
        assert "911" not in text(front)
        assert t["now"]["no_line"] in text(front)


@pytest.mark.django_db
def test_what_the_site_has_entered_is_shown(settings: Any) -> None:
    settings.SITE_DETAILS = SITE
    contact = Client().get("/about/contact/").content.decode()
    assert 'href="tel:+13105550100"' in contact
    assert "Monday–Tuesday 8:00–17:00; Wednesday–Sunday Closed" in contact
    assert "1 Main Street" in contact
    assert "A trial of care" in Client().get("/about/trials/").content.decode()


def test_hours_in_words() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    sunday = datetime(2026, 11, 29, 22, 10, tzinfo=zone)
    assert (
        clock.staffed(SITE.urgent, now=sunday, language="en")
        == "It is Sunday 22:10. The line is staffed again Monday 8:00."
    )
    assert (
        clock.staffed(SITE.urgent, now=sunday, language="es")
        == "Es domingo 22:10. La línea se atiende de nuevo el lunes 8:00."
    )
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=zone)
    assert clock.staffed(SITE.urgent, now=monday, language="en").endswith("The line is staffed now.")
    wednesday = datetime(2026, 12, 2, 9, 0, tzinfo=zone)
    assert clock.staffed(SITE.urgent, now=wednesday, language="en").endswith("again Monday 8:00.")
    far = datetime(2026, 12, 7, 8, 0, tzinfo=zone)
    assert clock.moment(far, "es", now=sunday) == "lunes 7 dic 2026, 8:00"


@pytest.mark.django_db
def test_shares_of_unknown_cause_stand_side_by_side() -> None:
    shown = text(Client().get("/about/causes/").content)
    for figure in ("35.6%", "46.8%", "39.0%", "41.9%", "2015", "2022", "2004", "2019", "year not seen"):
        assert figure in shown, figure
    assert "Where the search" not in shown
    assert "exome; who was tested was not visible to us" in shown


@pytest.mark.django_db
def test_figures_of_outcome_carry_their_interval() -> None:
    shown = text(Client().get("/about/outcomes/").content)
    assert "72% 133 of 186 95% interval 65% to 78%" in shown
