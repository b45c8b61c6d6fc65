"""Words that mean one thing wherever they are said alone: "stop", "/help", "off i go". Pure."""

from __future__ import annotations

from domain.dialogue import Catalogue, Dialogue

_COMMANDS = {
    "/start": "start_messages", "start": "start_messages", "/help": "help", "/track": "track_order",
    "/next": "next_stop", "/route": "show_route", "/language": "choose_language", "/idioma": "choose_language",
    "/stop": "stop", "stopall": "stop", "unsubscribe": "stop", "stop messages": "stop", "stop": "stop",
    "empezar": "start_messages", "comenzar": "start_messages", "/ayuda": "help", "ayuda": "help", "para": "stop", "parar": "stop", "alto": "stop",
    "baja": "stop", "darme de baja": "stop", "dame de baja": "stop", "denme de baja": "stop", "dadme de baja": "stop",
}  # fmt: skip
#: Begins a shift, where a driver says it.
_BEGINS = frozenset({"start", "empezar", "comenzar"})
#: Said alone while something is asked these drop that, or answer it; else they stop messages.
_STOP_OR_DROP = frozenset({"stop", "para", "parar", "alto", "baja"})
#: "Cancel" alone may mean the order or the messages; with "that" it means what is talked about, where there is something.
CANCEL = frozenset({"cancel", "cancelar", "cancela", "cancelen", "cancelad", "anular", "anula"})
CANCEL_THAT = frozenset(
    {"cancel that", "cancel it all", "cancelalo", "cancela eso", "cancelalo todo", "cancela todo", "anulalo"}
)
#: Said by a driver when nothing else is talked about: the route leaves.
_LEAVING = frozenset(
    (
        "off i go", "off we go", "i'm off", "im off", "leaving", "leaving now", "i'm leaving", "leaving the depot", "setting off",
        "on my way", "on the road", "departing", "departed", "heading out", "heading off", "rolling", "driving off",
        "salgo", "salgo ya", "ya salgo", "saliendo", "voy saliendo", "salimos", "en camino", "en ruta", "me pongo en marcha", "en marcha", "arranco",
        "salgo del almacen", "salgo de la base", "salgo del deposito", "me voy", "tiro", "ya voy",
    )
)  # fmt: skip


def literal(plain: str, dialogue: Dialogue, catalogue: Catalogue) -> str | None:
    """The intent of a text (in lower case, without accents or a full stop) that is one of these words; None for any other,
    and for those who cannot have it done."""
    said = "start_shift" if plain in _BEGINS and "start_shift" in catalogue else _COMMANDS.get(plain)
    if plain in _LEAVING and dialogue.current is None:
        said = "depart"
    drops = plain in _STOP_OR_DROP and dialogue.current is not None
    return said if said in catalogue and not drops else None
