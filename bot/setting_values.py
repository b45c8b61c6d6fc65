"""What a setting may be, and what is said of one that is something else."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, SecretStr

from bot.channels.email.server import MailServer
from domain.handing import Proof
from domain.policies import ORDER_DIGITS, OfficeHours

SHORTEST_SECRET = 32


def listed(value: str) -> tuple[str, ...]:
    """The parts of a comma-separated setting."""
    return tuple(each.strip() for each in value.split(",") if each.strip())


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{value}" is no time zone; use a name like Europe/Berlin') from error
    return value


def _hours(value: str) -> str:
    OfficeHours.parse(value)
    return value


def _proof(value: str) -> str:
    Proof.policy(value)
    return value


def _dialled(value: str) -> str:
    if value and not re.fullmatch(r"\+?[\d ()/.,;*#-]*\d[\d ()/.,;*#-]*", value.replace(ORDER_DIGITS, "")):
        raise ValueError("must be a number to dial, with {order} where the order's digits belong")
    return value


def _webhook_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
        raise ValueError("a webhook secret has 16 to 256 characters of A-Z a-z 0-9 _ -")
    return value


def _telegram_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{20,}", value.get_secret_value()):
        raise ValueError("this is no bot token; BotFather gives one like 123456:ABC-DEF…")
    return value


def _slack_token(start: str) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(start):
            raise ValueError(f"this is not the right token; the one that is wanted here begins with {start}")
        return value

    return check


def _slack_users(value: str) -> str:
    for each in listed(value):
        if not re.fullmatch(r"[UW][A-Z0-9]{2,20}", each):
            raise ValueError(f'"{each[:40]}" is no Slack user; copy the member ID from their profile, like U012AB3CD')
    return value


def _slack_channel(value: str) -> str:
    if value and not re.fullmatch(r"[CG][A-Z0-9]{2,20}", value):
        raise ValueError(f'"{value[:40]}" is no Slack channel; copy the ID from its details, like C012AB3CD')
    return value


def _mail_url(value: SecretStr) -> SecretStr:
    MailServer.parse(value.get_secret_value())
    return value


def _origins(value: str) -> str:
    for each in listed(value):
        if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", each):
            raise ValueError(f'"{each[:60]}" is no origin; write it like https://shop.example')
    return value


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError(f"{value} is no folder; name one with a folder of texts per language")
    return value


def _hard_to_guess(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"a secret needs {SHORTEST_SECRET} characters or more; whoever guesses it is any customer")
    return value


def _event_types(value: str) -> str:
    for each in listed(value):
        if not re.fullmatch(r"(return|refund|credit|order)\.([a-z_]+|\*)", each):
            raise ValueError(f'"{each[:40]}" is no type of event; write it like return.approved or return.*')
    return value


def _signing_secrets(value: SecretStr) -> SecretStr:
    for each in listed(value.get_secret_value()):
        try:
            key = base64.b64decode(each.removeprefix("whsec_"), validate=True)
        except ValueError:
            key = b""
        if not each.startswith("whsec_") or not 24 <= len(key) <= 64:
            raise ValueError("a secret is whsec_ and 24 to 64 bytes in base64; `roundsman webhooks secret` makes one")
    return value


def _log_level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(f'"{value}" is no log level; use DEBUG, INFO, WARNING or ERROR')
    return value.upper()


def _log_format(value: str) -> str:
    if value not in {"", "json", "console"}:
        raise ValueError(f'"{value}" is no log format; use json or console')
    return value


ZoneName = Annotated[str, AfterValidator(_zone)]
WorkingHours = Annotated[str, AfterValidator(_hours)]
ProofPolicy = Annotated[str, AfterValidator(_proof)]
Dialled = Annotated[str, AfterValidator(_dialled)]
WebhookToken = Annotated[SecretStr, AfterValidator(_webhook_token)]
TelegramToken = Annotated[SecretStr, AfterValidator(_telegram_token)]
SlackBotToken = Annotated[SecretStr, AfterValidator(_slack_token("xoxb-"))]
SlackAppToken = Annotated[SecretStr, AfterValidator(_slack_token("xapp-"))]
SlackUsers = Annotated[str, AfterValidator(_slack_users)]
SlackChannel = Annotated[str, AfterValidator(_slack_channel)]
MailUrl = Annotated[SecretStr, AfterValidator(_mail_url)]
Origins = Annotated[str, AfterValidator(_origins)]
TextsFolder = Annotated[Path, AfterValidator(_folder)]
IdentitySecret = Annotated[SecretStr, AfterValidator(_hard_to_guess)]
EventTypes = Annotated[str, AfterValidator(_event_types)]
SigningSecrets = Annotated[SecretStr, AfterValidator(_signing_secrets)]
LogLevel = Annotated[str, AfterValidator(_log_level)]
LogFormat = Annotated[str, AfterValidator(_log_format)]
