"""What people wrote, without anything that says who they are or opens something, and still an example to learn from.

Values that were understood become made-up ones of the same kind in Rasa's notation; names, addresses and contacts that
are known of whoever wrote, and whatever looks like one, are replaced as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from domain.annotated import Span, annotated
from domain.meaning import Entity

#: So much of a message is kept.
LONGEST = 500
#: What stands instead of a name that is no value.
SOMEBODY = "Alex"
#: By kind the made-up value; ``{n}`` counts the different values of that kind in a message, from 1.
_MADE_UP = {
    "order_number": "RM-1000{n}", "return_number": "RET-100{n}", "email": "alex{n}@example.com",
    "phone": "+49 30 2312500{n}", "postcode": "1011{n}", "address": "{n} Example Street",
    "coordinates": "52.52000,13.4050{n}", "driver": SOMEBODY, "link": "link{n}", "code": "1234", "name": SOMEBODY,
}  # fmt: skip
#: Of these the words tell nothing of anybody.
_HARMLESS = frozenset(
    "date time_window duration quantity rating percentage money depot route stop purchase_order vehicle sku".split()
)
#: Of these neither, but somebody may be named within their words.
_FREE = frozenset({"reason", "product", "supplier"})
#: Kinds that files and drafts have, and words of examples have not.
_NOT_WORDS = frozenset({"photo"})
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{16,}(?![\w-])")
_PHONE = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\s()./-]{0,2}\d){6,14}(?![\w])")
_STREET = re.compile(
    r"(?<!\w)(?:\d{1,4}[a-z]?,?\s+(?:[^\W\d_][\w'.-]{1,24}\s+){1,3}?(?:street|st|road|rd|avenue|ave|lane|ln|drive|close|court|square|way|terrace)\b"
    r"|[^\W\d_][\w-]{1,30}(?:straße|strasse|str\.?|weg|allee|platz|gasse)\s+\d{1,4}[a-z]?\b"
    r"|(?:c/\s*|(?:calle|avenida|avda\.?|av\.|paseo|plaza|carretera|camino|ronda)\s+)(?:de\s+(?:la\s+|los\s+|las\s+)?|del\s+)?[^\W\d_][\w'.-]*(?:\s+[^\W\d_][\w'.-]*){0,3}?,?\s+(?:n[º°.]\s*)?\d{1,4}[a-z]?\b)",
    re.IGNORECASE,
)
#: A number written out that is longer than a house, a time, a quantity; a year stays.
_DIGITS = re.compile(r"(?<![\d.,:])(?!(?:19|20)\d\d(?!\d))\d{4,}(?![\d])")
#: What opens a door or an account.
_SECRET = re.compile(
    r"\b(?:code|pin|password|passcode|passwort|kennwort|contraseña|clave|código|codigo)\b(?:\s+(?:is|es|now|ahora))?\s*[:=#]?\s*#?(?P<secret>(?=[\w-]*\d)[\w-]+)",
    re.IGNORECASE,
)
#: The same where it is a word.
_PASSWORD = re.compile(
    r"\b(?:password|passcode|passwort|kennwort|contraseña)\b(?:\s*[:=]\s*|\s+(?:is|es|ist)\s+)(?P<secret>[\w-]+)",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_][\w'-]*"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'-]*"
#: After the first of these somebody says a name, however it is written; after the others where it is written like one.
_INTRODUCED = (
    re.compile(
        rf"(?i:\b(?:(?:my|our) (?:full |first |last )?name(?:'s| is)|name:|me llamo|mi nombre es|a nombre de|se llama|(?:mr|mrs|ms|miss|sr|sra|señora?|doña)\.?)\s+)(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})"
    ),
    re.compile(
        rf"(?i:\b(?:(?:this|it) is|i am|i'm|soy|called|named|regards|cheers|saludos|don|for|from|ask|tell|to|con|para|de|dile a)\b,?\s+)(?P<name>{_CAPITAL}(?:\s+(?:(?:de|van|von|der|la)\s+)*{_CAPITAL}){{1,2}})"
    ),
    re.compile(
        rf"(?i:\b(?:this is|i am|i'm|soy|called|regards|saludos|neighbou?r|vecin[oa]|bell|buzzer|doorbell|timbre|portero|ring at)\b,?:?\s+)(?P<name>{_CAPITAL})"
    ),
)
#: They follow such words and are no names.
_NO_NAME = frozenset(
    """a an the my our your this that not in on at still just very so too now here there and or but late waiting looking trying
    sure sorry afraid done going about for from home out back please pls can could it it's its is was never where when how
    i we have has had un una el la los las mi en no muy ya y pero por favor yo""".split()
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


@dataclass(frozen=True, slots=True)
class KnownOf:
    """What is known of whoever wrote, and of those they may write about: names, and other words that give them away
    (streets, cities, contacts, numbers of their orders)."""

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def name_parts(self) -> frozenset[str]:
        """The words of the names, in lower case; initials and the like give nobody away."""
        parts = (part.strip(".,'’").casefold() for name in self.names for part in re.split(r"[\s-]+", name))
        return frozenset(part for part in parts if len(part) > 1 and part not in {"de", "van", "von", "der", "la"})


NOBODY = KnownOf()


@dataclass(slots=True)
class _Replacing:
    """A text whose parts are replaced; ``taken`` are the parts (start, end, what stands there instead, its kind)."""

    text: str
    taken: list[tuple[int, int, str, str | None]] = field(default_factory=list)
    numbered: dict[tuple[str, str], int] = field(default_factory=dict)

    def put(self, start: int, end: int, words: str, kind: str | None) -> None:
        if start < end and all(end <= first or last <= start for first, last, _, _ in self.taken):
            self.taken.append((start, end, words, kind))

    def made_up(self, start: int, end: int, kind: str, *, noted: bool) -> None:
        """Put a made-up value there: the same one for the same words, marked as a value where it was understood as one."""
        said = " ".join(self.text[start:end].casefold().split())
        same = self.numbered.setdefault((kind, said), 1 + sum(each == kind for each, _ in self.numbered))
        self.put(start, end, _MADE_UP[kind].format(n=min(same, 9)), kind if noted else None)

    def result(self) -> str:
        parts, spans, at, length = [], [], 0, 0
        for start, end, words, kind in sorted(self.taken):
            parts += [self.text[at:start], words]
            length += start - at
            if kind is not None:
                spans.append((kind, length, length + len(words)))
            length += len(words)
            at = end
        return annotated("".join([*parts, self.text[at:]]), spans)


def masked(text: str, entities: Sequence[Entity], known: KnownOf = NOBODY) -> str:
    """``text`` as an example in Rasa's notation in which nobody is recognised; at most LONGEST characters of it are kept."""
    text = text[:LONGEST]
    found = [(e.kind, e.start, e.end) for e in entities if e.kind not in _NOT_WORDS and e.end <= len(text)]
    return _masked(text, found, known)


def masked_example(text: str, spans: Iterable[Span], known: KnownOf = NOBODY) -> str:
    """The same of an example that a person wrote: they may have put something in that gives somebody away."""
    return _masked(text[:LONGEST], [(each.entity, each.start, each.end) for each in spans], known)


def _masked(text: str, found: Sequence[tuple[str, int, int]], known: KnownOf) -> str:
    work = _Replacing(text)
    for kind, start, end in found:
        if kind in _MADE_UP:
            work.made_up(start, end, kind, noted=True)
    _replace_known(work, known)
    for match in (match for pattern in (_SECRET, _PASSWORD) for match in pattern.finditer(text)):
        work.made_up(match.start("secret"), match.end("secret"), "code", noted=False)
    for pattern, kind in ((_URL, "link"), (_EMAIL, "email"), (_STREET, "address"), (_TOKEN, "link")):
        for match in pattern.finditer(text):
            work.made_up(match.start(), match.end(), kind, noted=False)
    _keep(work, found, _HARMLESS)
    for match in _PHONE.finditer(text):
        work.made_up(match.start(), match.end(), "phone", noted=False)
    for match in _DIGITS.finditer(text):
        work.put(match.start(), match.end(), "".join(str(n % 9 + 1) for n in range(len(match[0]))), None)
    _replace_introduced(work)
    _keep(work, found, _FREE)
    return work.result()


def _keep(work: _Replacing, found: Sequence[tuple[str, int, int]], kinds: frozenset[str]) -> None:
    """Mark values of those kinds as they are, where nothing within them was replaced."""
    for kind, start, end in found:
        if kind in kinds:
            work.put(start, end, work.text[start:end], kind)


def _replace_known(work: _Replacing, known: KnownOf) -> None:
    """Names and words that are known, wherever they stand and however they are written."""
    for word in sorted({word for word in known.words if len(word) > 2}, key=lambda each: (-len(each), each)):
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", work.text, re.IGNORECASE):
            work.made_up(match.start(), match.end(), "address", noted=False)
    parts = known.name_parts()
    for match in _WORD.finditer(work.text):
        bare = re.sub(r"['’]s\Z", "", match[0])
        if {bare.casefold(), *bare.casefold().split("-")} & parts:
            work.put(match.start(), match.start() + len(bare), SOMEBODY, None)


def _replace_introduced(work: _Replacing) -> None:
    """Names of people nobody knows, where the words before say that one follows."""
    for match in (match for pattern in _INTRODUCED for match in pattern.finditer(work.text)):
        for word in _WORD.finditer(work.text, match.start("name"), match.end("name")):
            if word[0].casefold() in _NO_NAME:
                break
            work.put(word.start(), word.end(), SOMEBODY, None)
