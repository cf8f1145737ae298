"""Words of the family's page, in English and Spanish; the Spanish is ours and no native speaker has checked it yet."""

from __future__ import annotations

from datetime import date

from westward.look.words import day
from westward.program.people.languages import language_name

_WORDS: dict[str, tuple[str, str]] = {
    "menu": ("My child", "Mi hijo o hija"),
    "sign_out": ("Sign out", "Cerrar sesión"),
    "vaccines": ("Vaccines", "Vacunas"),
    "born": ("Born", "Nacimiento"),
    "record": ("Record number, when you call", "Número de expediente, cuando llame"),
    "appointment": ("Next appointment", "Próxima cita"),
    "no_appointment": (
        "None is booked here yet. Your team calls you when there is one.",
        "Todavía no hay ninguna cita aquí. Su equipo le llamará cuando la haya.",
    ),
    "call": ("Whom to call", "A quién llamar"),
    "emergency": ("In an emergency call", "En una emergencia llame al"),
    "emergency_unset": (
        "In an emergency call your emergency number.",
        "En una emergencia llame a su número de emergencias.",
    ),
    "families": ("Questions about your child", "Preguntas sobre su hijo o hija"),
    "appointments": ("Appointments", "Citas"),
    "no_line": (
        "The program has not entered its number here. Ask for it at your next visit.",
        "El programa todavía no puso su número aquí. Pídalo en su próxima visita.",
    ),
    "open_now": ("answers now", "contesta ahora"),
    "closed_now": ("closed now", "cerrado ahora"),
    "interpreter": ("Interpreter", "Intérprete"),
    "interpreter_yes": (
        "We have noted that you need an interpreter for every visit and call. It costs you nothing. Language:",
        "Anotamos que usted necesita intérprete para cada visita y llamada. No le cuesta nada. Idioma:",
    ),
    "interpreter_no": (
        "We have noted that you need none. If you want one, say so at any time; it costs you nothing.",
        "Anotamos que no lo necesita. Si lo desea, dígalo en cualquier momento; no le cuesta nada.",
    ),
    "account": ("Your account", "Su cuenta"),
    "username": ("User name", "Nombre de usuario"),
    "change_pin": ("Change PIN", "Cambiar el PIN"),
    "passkey": ("Sign in with a passkey", "Entrar con una llave de acceso"),
    "only_yours": (
        "You see only your own child. Tell your team if something here is wrong.",
        "Usted ve solo a su propio hijo o hija. Avise a su equipo si algo aquí no es correcto.",
    ),
    "deceased": (
        "We are sorry for your loss. Nothing is sent to you any more. Your team is still there for you.",
        "Lamentamos su pérdida. Ya no se le envía nada. Su equipo sigue a su lado.",
    ),
    "transferred": (
        "Another program cares for your child now. Nothing is sent to you from here any more.",
        "Ahora otro programa atiende a su hijo o hija. Desde aquí ya no se le envía nada.",
    ),
}

_DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def day_in(language: str, on: date) -> str:
    """``Fri 1 May 2026``, or ``vie 1 may 2026``."""
    if language != "es":
        return day(on)
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def language_in(language: str, code: str) -> str:
    """The name of a spoken language; in Spanish only Spanish and English have one of ours."""
    return {"es": "español", "en": "inglés"}.get(code, language_name(code)) if language == "es" else language_name(code)


def words(language: str) -> dict[str, str]:
    """All words in one language; English unless it is ``es``."""
    place = 1 if language == "es" else 0
    return {key: both[place] for key, both in _WORDS.items()}
