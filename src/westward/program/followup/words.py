"""The diary's words, English and Spanish side by side; the Spanish is not reviewed by a clinician yet and says so."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Spasm diary", "Diario de espasmos"),
    "open": ("Open the diary", "Abrir el diario"),
    "lead": (
        "Works without a connection. What you enter is sent when the phone is online.",
        "Funciona sin conexión. Lo que escriba se envía cuando el teléfono esté en línea.",
    ),
    "nobody": ("Nobody reads this continuously.", "Nadie lee esto continuamente."),
    "flags": ("Call at once if you see", "Llame enseguida si ve"),
    "call": ("Call", "Llame al"),
    "call_unset": ("Call your team or the emergency number.", "Llame a su equipo o al número de emergencias."),
    "also_tell": ("I have called. Write it down as well", "Ya llamé. Anotarlo también"),
    "fever": ("Fever", "Fiebre"),
    "vomiting": ("Vomiting", "Vómitos"),
    "black_stool": ("Black or bloody stool", "Heces negras o con sangre"),
    "breathing": ("Trouble breathing", "Dificultad para respirar"),
    "drowsy": ("Very drowsy, hard to wake", "Mucho sueño, difícil de despertar"),
    "missed_steroid": ("Missed dose of the hormone", "Dosis olvidada de la hormona"),
    "noted": ("Written down", "Anotado"),
    "sign_out": ("Sign out", "Cerrar sesión"),
    "menu": ("My child", "Mi hijo o hija"),
    "add": ("Spasms now or earlier", "Espasmos ahora o antes"),
    "day": ("Day", "Día"),
    "time": ("Time", "Hora"),
    "kind": ("What did you see", "Qué vio"),
    "cluster": ("A cluster (several in a row)", "Una serie (varios seguidos)"),
    "single": ("Single spasms", "Espasmos sueltos"),
    "count": ("How many spasms", "Cuántos espasmos"),
    "minutes": ("How many minutes it lasted", "Cuántos minutos duró"),
    "waking": ("When", "Cuándo"),
    "after_waking": ("After waking", "Al despertar"),
    "falling_asleep": ("Falling asleep", "Al dormirse"),
    "awake": ("While awake", "Despierto"),
    "unknown": ("Not known", "No lo sé"),
    "since_waking": ("Minutes after waking", "Minutos después de despertar"),
    "film": ("A short film, if you have one", "Un video corto, si lo tiene"),
    "film_for": (
        "For the child's care. Showing it for teaching or research needs your separate consent.",
        "Para la atención del niño. Mostrarlo para enseñanza o investigación requiere su permiso aparte.",
    ),
    "film_large": ("The film is too large; send a shorter one.", "El video es demasiado grande; envíe uno más corto."),
    "film_waiting": ("film waiting to be sent", "video por enviar"),
    "film_sent": ("film sent", "video enviado"),
    "film_refused": ("film not taken", "video no aceptado"),
    "film_room": (
        "No room for the film on this phone: the entry is kept without it.",
        "No hay espacio para el video en este teléfono: la anotación se guarda sin él.",
    ),
    "words": ("Anything else", "Algo más"),
    "save": ("Save", "Guardar"),
    "free": ("No spasms seen today", "Hoy no vi espasmos"),
    "good_news": ("Good news. The EEG is still needed", "Buena noticia. El EEG sigue siendo necesario"),
    "on_day": ("on", "el"),
    "day_unset": ("on the day your team tells you.", "el día que le diga su equipo."),
    "kept": ("Entries on this phone", "Anotaciones en este teléfono"),
    "waiting": ("waiting to be sent", "por enviar"),
    "sent": ("sent", "enviada"),
    "refused": ("not taken", "no aceptada"),
    "sign_in": ("Sign in to send what is waiting.", "Entre para enviar lo que falta."),
    "offline": ("No connection. It is kept on this phone.", "Sin conexión. Queda en este teléfono."),
    "forget": ("Remove everything from this phone", "Borrar todo de este teléfono"),
    "back": ("Back", "Volver"),
    "told": ("Told so far", "Anotado hasta ahora"),
    "one_seen": ("1 spasm", "1 espasmo"),
    "many_seen": ("spasms", "espasmos"),
    "none_seen": ("no spasms seen", "no vi espasmos"),
    "note": ("Note", "Nota"),
    "unreviewed": ("", "Traducción no revisada por un clínico"),
    "script_off": (
        "Scripts are off: entries are sent at once and need a connection.",
        "Los scripts están apagados: las anotaciones se envían enseguida y necesitan conexión.",
    ),
}


def words(language: str) -> dict[str, str]:
    """Every word in one language."""
    place = 1 if language == "es" else 0
    return {key: pair[place] for key, pair in _WORDS.items()}
