"""Spanish: telephone numbers of Spain and Mexico as they are written there, postcodes and streets."""

from __future__ import annotations

import re

from nlu.rules import contacts

PHONE = [
    *contacts.PHONE[1:2],
    re.compile(r"(?<![\w.,/+#-])(?P<span>[6-9]\d{2}(?:[\s.-]?\d{3}){2}|[6-9]\d{2}(?:[\s.-]?\d{2}){3})(?![\w/-]|[.,:]\d)"),
    re.compile(r"(?<![\w.,/+#-])(?P<span>\(?\d{2}\)?[\s-]\d{4}[\s-]\d{4}|\(?\d{3}\)?[\s-]\d{3}[\s-]\d{2}[\s-]?\d{2})(?![\w/-]|[.,:]\d)"),
    re.compile(
        r"\b(?:telefono|tfno|tlf|tel|movil|cel|celular|llam\w+|llam\w+\s+al|whatsapp|wasap|numero|contacto)\b[^\d+\n]{0,24}(?P<span>\d(?:[\s()./-]?\d){7,13})(?![\w/-]|[.,:]\d)"
    ),
    *contacts.PHONE[2:4],
]  # fmt: skip
POSTCODE = [
    re.compile(r"\b(?:codigos?\s+postal(?:es)?|c\.?\s?p\.?|zip|postal)\b\W{0,3}(?:(?:es|era|el|de|del|seria|nuevo|cambia(?:do)?\s+a)\s+){0,3}(?P<span>\d{4,6})\b"),
    re.compile(r"(?<![\w#-])(?P<span>\d{4,6})\s+(?:es\s+)?(?:mi|el|de)?\s*(?:codigo\s+postal|cp)\b"),
]  # fmt: skip
#: Words that make a bare five-digit number in the same message a postcode.
ABOUT_PLACES = re.compile(
    r"\b(?:codigo\s+postal|cp|vuestra\s+zona|zona\s+de\s+(?:reparto|entrega)|(?:entrega|reparti|llega|enviai?|envia|manda|servi|cubr|haceis\s+envios|hacen\s+envios)(?:is|s|n)?\s+(?:a|en|hasta)\b)"
)
STREET = (
    r"(?:c/\s*|(?:calle|cl\.|c\.|avenida|avda?\.?|av\.|plaza|pza\.?|plza\.?|paseo|pso\.?|camino|cno\.?|carretera|ctra\.?|ronda|travesia|callejon|glorieta|rambla|calzada|boulevard|bulevar|blvd\.?|"
    r"urbanizacion|urb\.|poligono|pol\.|colonia|col\.|carrer|carrera|cra\.?|cll\.?|jiron|jr\.?|pasaje|pje\.?|rua|(?:gran\s+)?via)\s+)"
)
_NAME = r"(?:(?!(?:a|al|en|hasta|para|que|con|esta|es|y|no|si)\b)(?!\d)[\w'.-]{1,24})"
STREETS = [
    re.compile(rf"(?<![\w/])(?P<span>{STREET}\d{{1,3}}\s?[a-z]?\s*(?:#|no\.?|n[o°]\.?)\s*\d{{1,3}}\s?[a-z]?\s*-\s*\d{{1,3}})\b"),
    re.compile(rf"(?<![\w/])(?P<span>{STREET}(?:{_NAME},?\s+){{1,6}}?(?:(?:n|num|numero|no|n[o°])\.?\s*)?\d{{1,4}}(?:\s?[a-h]\b)?(?:\s?bis\b)?)\b(?!\s?(?:min|%|cajas?|paquetes?|horas?|h\b|de\s+la|(?:m|c)?[lm]\b|k?g\b))"),
]  # fmt: skip
#: A street with its number right before: what follows is its postcode ("calle Goya 14, 2 B, 28001").
AFTER_STREET = re.compile(rf"{STREET}[^.!?;]*\d[^.!?;]*,\s*$")
