"""Languages that families speak, by ISO 639 code; the interpreter's list of a children's hospital."""

from __future__ import annotations

LANGUAGES: dict[str, str] = {
    "en": "English",
    "es": "Spanish",
    "am": "Amharic",
    "ar": "Arabic",
    "ase": "American Sign Language",
    "bn": "Bengali",
    "de": "German",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hmn": "Hmong",
    "ht": "Haitian Creole",
    "it": "Italian",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "lo": "Lao",
    "my": "Burmese",
    "ne": "Nepali",
    "nv": "Navajo",
    "pa": "Punjabi",
    "pl": "Polish",
    "prs": "Dari",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "sw": "Swahili",
    "th": "Thai",
    "ti": "Tigrinya",
    "tl": "Tagalog",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yue": "Cantonese",
    "zh": "Mandarin",
}
"""Names by code; English and Spanish first, then by code. A code that is not here is shown as it stands."""


def language_name(code: str) -> str:
    """``Spanish`` for ``es``."""
    return LANGUAGES.get(code, code)


def choices() -> list[tuple[str, str]]:
    """For forms: English and Spanish first, then by name."""
    first, rest = ["en", "es"], sorted((name, code) for code, name in LANGUAGES.items() if code not in ("en", "es"))
    return [(code, LANGUAGES[code]) for code in first] + [(code, name) for name, code in rest]
