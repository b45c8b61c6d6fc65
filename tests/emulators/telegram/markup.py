"""parse_mode as Telegram reads it: text with markup becomes plain text and entities, or is refused.

Rules: https://core.telegram.org/bots/api#formatting-options. Offsets in descriptions are UTF-8 bytes, those of
entities UTF-16 code units. The legacy mode "Markdown" is not emulated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.emulators.telegram.records import Json, bad_request

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));")
_HTML_STOPS = re.compile("[<&]")
_NAME = re.compile(r"[^\s>]*")
_END = re.compile(r"</([^\s>]*)\s*>")
_START = re.compile(r"""<([^\s>]*)((?:\s+(?:"[^"]*"|'[^']*'|[^>"'])*)?)>""")
_ATTRIBUTE = re.compile(r"""\s*([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")


def parsed(text: str, mode: str | None) -> tuple[str, list[Json]]:
    """Plain text and entities of a text in that parse_mode (any case; None: the text is plain already)."""
    if not mode:
        return text, []
    if mode.lower() == "html":
        return _Html(text).run()
    if mode.lower() == "markdownv2":
        return _MarkdownV2(text).run()
    raise bad_request("unsupported parse_mode")


def length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """The text without white space at its end, the entities cut to it, as messages are stored."""
    text = text.rstrip()
    end = length(text)
    kept = [{**one, "length": min(one["length"], end - one["offset"])} for one in entities if one["offset"] < end]
    return text, sorted(kept, key=lambda one: (one["offset"], -one["length"]))


def _wrong(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


@dataclass
class _Open:
    """An entity whose end has not come yet."""

    kind: str
    name: str
    offset: int
    at: int
    more: Json = field(default_factory=dict)


class _Parser:
    """Text read from left to right into plain text and a stack of open entities."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.plain: list[str] = []
        self.size = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        while self.position < len(self.text):
            self.step()
        self.finish()
        return "".join(self.plain), self.entities

    def step(self) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        raise NotImplementedError

    def byte(self, position: int) -> int:
        return len(self.text[:position].encode())

    def add(self, plain: str) -> None:
        self.plain.append(plain)
        self.size += length(plain)

    def add_until(self, stops: re.Pattern[str]) -> None:
        """Take what is plain text up to the next character that may mean something."""
        found = stops.search(self.text, self.position)
        end = found.start() if found else len(self.text)
        self.add(self.text[self.position : end])
        self.position = end

    def start(self, kind: str, name: str, **more: str) -> None:
        self.open.append(_Open(kind, name, self.size, self.position, more))

    def end(self) -> None:
        one = self.open.pop()
        if self.size > one.offset:
            self.entities.append({"type": one.kind, "offset": one.offset, "length": self.size - one.offset, **one.more})

    def since(self, offset: int) -> str:
        """The plain text from a UTF-16 offset on."""
        return "".join(self.plain).encode("utf-16-le")[offset * 2 :].decode("utf-16-le")


class _Html(_Parser):
    """parse_mode HTML. A lone "&" is refused, as the documented rule has it; Telegram itself lets it pass."""

    def step(self) -> None:
        char = self.text[self.position]
        if char == "<":
            self.close_tag() if self.text.startswith("</", self.position) else self.open_tag()
        elif char == "&":
            found = _REFERENCE.match(self.text, self.position)
            if not found:
                raise _wrong(f'Unescaped "&" at byte offset {self.byte(self.position)}')
            self.add(_referred(found))
            self.position = found.end()
        else:
            self.add_until(_HTML_STOPS)

    def open_tag(self) -> None:
        at = self.byte(self.position)
        name = _NAME.match(self.text, self.position + 1)[0].lower()  # type: ignore[index]
        if self.position + 1 + len(name) == len(self.text):
            raise _wrong(f"Unclosed start tag at byte offset {at}")
        if name not in _TAGS:
            raise _wrong(f'Unsupported start tag "{name}" at byte offset {at}')
        found = _START.match(self.text, self.position)
        if not found:
            raise _wrong(f"Unclosed start tag at byte offset {at}")
        kind, more = self.meaning(name, _attributes(found[2]), at)
        self.start(kind, name, **more)
        self.position = found.end()

    def meaning(self, name: str, attributes: dict[str, str], at: int) -> tuple[str, dict[str, str]]:
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        if name == "tg-emoji" and not attributes.get("emoji-id", "").isdigit():
            raise _wrong("Invalid custom emoji identifier specified")
        if name == "tg-emoji":
            return "custom_emoji", {"custom_emoji_id": attributes["emoji-id"]}
        if name == "a":
            return "text_link", {"url": attributes.get("href", "")}
        if name == "blockquote" and "expandable" in attributes:
            return "expandable_blockquote", {}
        language = attributes.get("class", "").removeprefix("language-") if name == "code" else ""
        return _TAGS[name], {"language": language} if language else {}

    def close_tag(self) -> None:
        at = self.byte(self.position)
        if not self.open:
            raise _wrong(f"Unexpected end tag at byte offset {at}")
        found = _END.match(self.text, self.position)
        if not found:
            raise _wrong(f"Unclosed end tag at byte offset {at}")
        name, expected = found[1].lower(), self.open[-1].name
        if name and name != expected:
            raise _wrong(f'Unmatched end tag at byte offset {at}, expected "</{expected}>", found "</{name}>"')
        self.close(self.open[-1])
        self.position = found.end()

    def close(self, one: _Open) -> None:
        if one.kind == "text_link":
            one.more["url"] = one.more["url"] or self.since(one.offset)
            one.kind, one.more = _link(one.more["url"])
        inner = self.entities[-1] if self.entities else {}
        self.end()
        extent = (one.offset, self.size - one.offset)
        if one.kind == "pre" and inner.get("type") == "code" and (inner["offset"], inner["length"]) == extent:
            self.entities.remove(inner)
            self.entities[-1] |= {"language": inner["language"]} if "language" in inner else {}
        elif one.kind == "code" and not any(outer.kind == "pre" for outer in self.open):
            one.more.pop("language", None)

    def finish(self) -> None:
        if self.open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')


def _referred(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        raise bad_request("text contains invalid Unicode characters after decoding HTML entities")
    return chr(code)


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): _REFERENCE.sub(_referred, double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def _link(url: str) -> tuple[str, Json]:
    """The entity of a link: a mention where it is tg://user?id=…"""
    user = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if user:
        return "text_mention", {"user": {"id": int(user[1]), "is_bot": False, "first_name": ""}}
    return "text_link", {"url": url}


_MARKS = {"*": ("bold", "Bold"), "_": ("italic", "Italic"), "__": ("underline", "Underline")}
_MARKS |= {"~": ("strikethrough", "Strikethrough"), "||": ("spoiler", "Spoiler")}
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_MARKDOWN_STOPS = re.compile(r"[_*\[\]()~`>#+\-=|{}.!\n\\]")
_CODE_STOPS = re.compile(r"[`\\]")


class _MarkdownV2(_Parser):
    """parse_mode MarkdownV2: every reserved character that is no markup must have "\\" before it."""

    def step(self) -> None:
        char = self.text[self.position]
        if char == "\\" and self.position + 1 < len(self.text) and self.text[self.position + 1] <= "~":
            self.add(self.text[self.position + 1])
            self.position += 2
        elif self.inside("code", "pre"):
            self.in_code(char)
        elif char == "\n":
            self.new_line()
        elif char in _RESERVED:
            self.mark(char)
        elif char == "\\":
            self.add(char)
            self.position += 1
        else:
            self.add_until(_MARKDOWN_STOPS)

    def inside(self, *kinds: str) -> bool:
        return bool(self.open) and self.open[-1].kind in kinds

    def at(self, text: str) -> bool:
        return self.text.startswith(text, self.position)

    def in_code(self, char: str) -> None:
        closing = "```" if self.open[-1].kind == "pre" else "`"
        if self.at(closing):
            self.end()
            self.position += len(closing)
        elif char == "`":
            raise _reserved(char)
        elif char == "\\":
            self.add(char)
            self.position += 1
        else:
            self.add_until(_CODE_STOPS)

    def new_line(self) -> None:
        self.position += 1
        quoted = any(one.kind == "blockquote" for one in self.open)
        if quoted and not self.at(">"):
            self.end_quote()
        self.add("\n")
        if self.at(">"):
            if not quoted:
                self.start("blockquote", "BlockQuote")
            self.position += 1

    def end_quote(self) -> None:
        if self.open[-1].kind != "blockquote":
            raise self.endless()
        self.end()

    def endless(self) -> Exception:
        one = self.open[-1]
        return _wrong(f"Can't find end of {one.name} entity at byte offset {self.byte(one.at)}")

    def mark(self, char: str) -> None:
        if char == ">" and self.position == 0:
            self.start("blockquote", "BlockQuote")
            self.position += 1
        elif char == "`":
            self.start_code()
        elif char == "[" or self.at("!["):
            self.start("text_link" if char == "[" else "custom_emoji", "TextUrl" if char == "[" else "CustomEmoji")
            self.position += 1 if char == "[" else 2
        elif char == "]" and self.inside("text_link", "custom_emoji"):
            self.end_link()
        else:
            self.toggle(char)

    def toggle(self, char: str) -> None:
        symbol = char * 2 if char in "_|" and self.at(char * 2) else char
        if symbol not in _MARKS:
            raise _reserved(char)
        kind, name = _MARKS[symbol]
        if self.inside(kind):
            self.end()
        elif symbol == "||" and self.inside("blockquote") and self.text[self.position + 2 : self.position + 3] in "\n":
            self.open[-1].kind = "expandable_blockquote"
            self.end()
        else:
            self.start(kind, name)
        self.position += len(symbol)

    def start_code(self) -> None:
        if not self.at("```"):
            self.start("code", "Code")
            self.position += 1
            return
        found = re.compile(r"```(?:([^\s`]+)(?=\s))?\n?").match(self.text, self.position)
        language = found[1]  # type: ignore[index]
        self.start("pre", "PreCode" if language else "Pre", **({"language": language} if language else {}))
        self.position = found.end()  # type: ignore[union-attr]

    def end_link(self) -> None:
        one = self.open[-1]
        begin = self.position + 2
        found = re.compile(r"\]\(((?:\\.|[^)\\])*)\)").match(self.text, self.position)
        if self.at("](") and not found:
            where = "a URL" if one.kind == "text_link" else "a custom emoji URL"
            raise _wrong(f"Can't find end of {where} at byte offset {self.byte(begin)}")
        if one.kind == "custom_emoji":
            one.more = {"custom_emoji_id": _emoji(found[1] if found else "")}
        else:
            url = re.sub(r"\\(.)", r"\1", found[1]) if found else self.since(one.offset)
            one.kind, one.more = _link(url)
        self.end()
        self.position = found.end() if found else self.position + 1

    def finish(self) -> None:
        if self.inside("blockquote"):
            self.end()
        if self.open:
            raise self.endless()


def _reserved(char: str) -> Exception:
    return _wrong(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")


def _emoji(url: str) -> str:
    found = re.fullmatch(r"tg://emoji\?id=(\d+)", url)
    if not found:
        raise _wrong("Custom emoji entity must contain a tg://emoji URL")
    return found[1]
