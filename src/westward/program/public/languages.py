"""Languages as those who speak them write them."""

from __future__ import annotations

from westward.program.people.languages import choices, language_name

OWN_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "hi": "हिन्दी",
    "ht": "Kreyòl Ayisyen",
    "hy": "Հայերեն",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "so": "Soomaali",
    "tl": "Tagalog",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""By code; the others stand under their English name."""


def own_name(code: str) -> str:
    """``Español`` for ``es``."""
    return OWN_NAMES.get(code, language_name(code))


def own_choices() -> list[tuple[str, str]]:
    """For forms: ``Español (Spanish)``, in the order of the program's list."""
    return [(code, name if own_name(code) == name else f"{own_name(code)} ({name})") for code, name in choices()]
