"""What Spanish words say beside the entities, with accents and without."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from nlu.readers import READERS, Fields
from nlu.text import without_accents

SAID: Mapping[str, Mapping[str, object]] = {
    "address": {
        "a calle Mayor 5, 28013 Madrid": {"street": "calle Mayor 5", "postcode": "28013", "city": "Madrid"},
        "calle Mayor 5, 2º B, 28013 Madrid": {"street": "calle Mayor 5, 2º B", "postcode": "28013", "city": "Madrid"},
        "Avenida Goya 12, 41001 Sevilla por favor": {"street": "Avenida Goya 12", "postcode": "41001", "city": "Sevilla"},
    },
    "house": {"no, el número 7": "7", "es el 7, no el 5": "7", "¿dónde está?": None},
    "wishes": {
        "déjalo en el portal": {"safe_place": "en el portal"}, "que me llame antes de venir": {"call_first": ""},
        "dejarlo con el vecino": {"neighbour": "el vecino"}, "no lo dejen en la calle": None,
    },
    "note": {"déjenlo con el portero, cuidado con el perro": "cuidado con el perro", "quiero dejar una nota al repartidor": None},
    "remove_wishes": {"borra las instrucciones": True, "no borres las instrucciones": None},
    "problem": {
        "llegó roto": "damaged", "me falta una taza": "missing", "no es lo que pedí": "wrong_item", "me mandaron otra cosa": "wrong_item",
        "dice entregado y aquí no hay nada": "not_received", "quiero reportar un problema": None,
    },
    "no_photo": {"no tengo foto": [], "ahora la mando": None},
    "arrived": {"sigue sin aparecer": False, "ya está, lo tenía el vecino": True},
    "privacy": {"borren mis datos": "erase", "quiero una copia de mis datos": "export", "¿qué datos tenéis de mí?": "tell"},
    "messages_on": {"no me mandéis más mensajes": False, "quiero volver a recibir los mensajes": True, "por correo": None},
    "channel": {"por correo no, por sms": "sms", "avísenme por whatsapp": "whatsapp"},
    "quiet": {"de noche no": "21:00-08:00", "no me escribáis antes de las 9": "-09:00", "solo entre las 9 y las 21": "21:00-09:00"},
    "language": {"habla español": "es", "en inglés por favor": "en"},
    "return_reason": {
        "no funciona": "defective", "me queda grande": "does_not_fit", "no me gusta": "changed_mind", "llegó rota": "damaged",
        "no es lo que pedí": "wrong_item", "me llegó duplicado": "duplicate", "no se parece a la foto": "not_as_described",
    },
    "opened": {"sin abrir": False, "ni siquiera la he abierto": False, "no está abierta": False, "nunca lo abrí": False, "lo he usado una vez": True, "quiero devolverlo": None},
    "opened_said": {"no": False, "sí": True},
    "resolution": {"prefiero el dinero": "refund", "un vale": "credit", "quiero otra talla": "exchange", "no quiero un vale, quiero mi dinero": "refund"},
    "exchanged_for": {"cambiarla por la verde": "verde"},
    "way_back": {"que lo recojan": "pickup", "una etiqueta": "label", "lo llevo yo a la tienda": "drop_off"},
    "returned_products": {"la tetera y 2 tazas": ["tetera", "tazas"], "todo": None},
    "returned_quantity": {"dos": 2, "3": 3},
    "score": {"cuatro": 4, "un 5": 5}, "score_alone": {"perdón, mejor 3": 3},
    "taken_by": {"firmó la vecina": "la vecina", "La vecina lo recogió": "La vecina", "entregado a Ana López": "Ana López", "entregada la 4": None},
    "pin_said": {"código 4821": "4821"},
    "part_only": {"solo una caja de 3": True, "entregado": None},
    "failure": {
        "no hay nadie": "nobody_home", "rechazado": "refused", "la dirección está mal": "wrong_address", "cerrado": "closed", "no me dejan entrar": "no_access",
        "no lo rechazaron, es que no había nadie": "nobody_home",
    },
    "incident": {"pinché una rueda": "breakdown", "he tenido un accidente": "accident", "me robaron": "theft", "me corté la mano": "injury"},
    "all_there": {"está todo": True, "no falta nada": True, "falta una caja de la 5": False, "no": False},
    "lateness": {"llego 20 min tarde, hay atasco": 1200, "media hora": 1800, "unos 10": 600},
    "counter": {"el kilometraje es 112304": {"km": 112304}, "no lo sé": {"unread": True}},
    "damage": {"tiene un golpe en la puerta": True, "sin daños": False},
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "words", "meant"), [(name, words, meant) for name, each in SAID.items() for words, meant in each.items()]
)
def test_what_is_said(reader: str, words: str, meant: object) -> None:
    read = READERS[reader](words, None)
    assert (read.values if isinstance(read, Fields) else read) == meant
    bare = READERS[reader](without_accents(words), None)
    assert (bare is None) == (meant is None)
