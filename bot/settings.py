"""Settings: everything that differs between installations, from the environment or a ``.env`` file."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, HttpUrl, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.email.server import read_mailbox
from bot.setting_values import (
    Dialled,
    EventTypes,
    IdentitySecret,
    LogFormat,
    LogLevel,
    MailUrl,
    Origins,
    ProofPolicy,
    SigningSecrets,
    SlackAppToken,
    SlackBotToken,
    SlackChannel,
    SlackUsers,
    TelegramToken,
    TextsFolder,
    WebhookToken,
    WorkingHours,
    ZoneName,
    listed,
)
from domain.handing import Proof
from domain.policies import OfficeHours, Policies


class WrongSetting(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


class Settings(BaseSettings):
    """One field per setting; the environment variable is the name in capitals after ``ROUNDSMAN_``."""

    model_config = SettingsConfigDict(
        env_prefix="ROUNDSMAN_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field("", description="SQLAlchemy URL; default: SQLite in the data folder")
    data_folder: Path = Field(Path("var"), description="Where everything the program writes lies")
    public_url: HttpUrl = Field(HttpUrl("http://127.0.0.1:8000"), description="Address customers reach the program at")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    secret_key: SecretStr | None = Field(
        None, description="Signs sessions; made once and kept in the data folder when unset"
    )
    identity_secret: IdentitySecret | None = Field(
        None, description="Shared with the shop: signs identities (JWT, HS256); unset: none are accepted"
    )
    time_zone: ZoneName = Field("Europe/Berlin", description="Zone of dates and times people are told")
    languages: str = Field("en,es", description="Languages spoken, comma-separated, the first by default")
    nlu_engine: Literal["embedded", "rasa"] = Field(
        "embedded", description="What understands messages; where Rasa does not answer, the embedded engine does"
    )
    rasa_url: HttpUrl = Field(HttpUrl("http://127.0.0.1:5005"), description="Rasa server that is asked")
    rasa_token: SecretStr | None = Field(
        None, description="Token that the Rasa server asks for; unset: one in the data folder, as `make rasa` uses it"
    )
    rasa_timeout: float = Field(1.0, gt=0, le=30, description="Seconds Rasa may take until the embedded engine answers")
    rasa_environment: Path | None = Field(
        None, description="Where Rasa and its Python 3.10 are installed; unset: in the user's cache folder"
    )
    encoder: str = Field(
        "package",
        description="Sentence encoder (docs/nlu.md): package, a folder, a Hugging Face name, or none",
    )
    texts_folder: TextsFolder | None = Field(None, description="Further texts, a folder per language")
    demo: bool = Field(False, description="Serve the playground; never on real data")
    rest_requires_key: bool = Field(False, description="Ask for an API key on the REST chat channel")
    telegram_token: TelegramToken | None = Field(None, description="Token of the Telegram bot; unset: no Telegram")
    telegram_api_url: HttpUrl = Field(HttpUrl("https://api.telegram.org"), description="A Bot API server of your own")
    telegram_webhook_secret: WebhookToken | None = Field(
        None, description="Telegram calls us at the public URL with this secret; unset: we poll"
    )
    telegram_rate: int = Field(30, gt=0, le=1000, description="Telegram messages a second; more needs a paid broadcast")
    slack_bot_token: SlackBotToken | None = Field(
        None, description="Bot token of the Slack app, xoxb-…; unset: no Slack"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signs what Slack sends to the public URL; with it Slack calls us over HTTP"
    )
    slack_app_token: SlackAppToken | None = Field(
        None, description="App-level token, xapp-…: Socket Mode, for installations that Slack cannot call"
    )
    slack_api_url: HttpUrl = Field(HttpUrl("https://slack.com/api/"), description="A Web API of your own, for tests")
    slack_admins: SlackUsers = Field(
        "", description="Slack users who are admins from the start, comma-separated, e.g. U012AB3CD"
    )
    slack_channel: SlackChannel = Field(
        "", description="Slack channel in which everybody is told things, e.g. C012AB3CD"
    )
    smtp_url: MailUrl | None = Field(
        None,
        description="Mail server, smtp://user:password@host:587 (STARTTLS where offered) or smtps://; unset: no e-mail",
    )
    email_from: str = Field(
        "", validate_default=True, description="Sender of e-mails, e.g. Deliveries <hello@shop.example>"
    )
    email_reply_to: str = Field("", description="Where a person reads replies to e-mails; default: the sender")
    sms_url: HttpUrl | None = Field(None, description="Gateway that takes SMS as JSON over HTTP; unset: no SMS")
    sms_sender: str = Field("", max_length=20, description="Number or name SMS come from; empty: the gateway's own")
    sms_token: SecretStr | None = Field(None, description="Bearer token, sent to the SMS gateway and expected from it")
    office_hours: WorkingHours = Field(
        "mon-fri 08:00-18:00", description="When a person answers in chats; empty: at no fixed time"
    )
    escalate_minutes: int = Field(
        15, ge=1, le=1_440, description="Minutes until what nobody sees to is brought before others"
    )
    learn: bool = Field(
        True,
        description="Keep messages that were not surely understood, masked, for 90 days, so that staff can label them",
    )
    refund_days: int = Field(
        5, ge=0, le=60, description="Days from the arrival of returned goods to the money, until past returns show it"
    )
    write_off_limit: int = Field(
        10_000,
        ge=0,
        description="Goods worth more than this, in minor units, that one person writes off within a day need a second one",
    )
    refund_limit: int = Field(
        20_000,
        ge=0,
        description="More than this, in minor units, given back or approved for a return needs a second person",
    )
    return_code_over: int | None = Field(
        None,
        ge=0,
        description="Returns worth more than this, in minor units, are handed to the driver with a code; empty: none are",
    )
    payment_gateway: Literal["manual", "stripe"] = Field(
        "manual", description="What gives money back: manual makes a task for staff, stripe asks Stripe"
    )
    stripe_key: SecretStr | None = Field(
        None, description="Secret or restricted key of Stripe, sk_… or rk_…, that may write refunds"
    )
    stripe_api_url: HttpUrl = Field(HttpUrl("https://api.stripe.com"), description="An API of your own, for tests")
    stripe_timeout: float = Field(20.0, gt=0, le=60, description="Seconds Stripe may take to answer")
    proof: ProofPolicy = Field(
        "none", description="Proof of delivery: none, photo, name, code or photo+name; with ` required` a must"
    )
    driver_calls: Dialled = Field(
        "",
        max_length=40,
        description="Number drivers call instead of customers' own, e.g. +49305550100,,{order} with the order's digits to dial there; empty: the given number",
    )
    map_tiles: str = Field(
        "", description="Address of map tiles, https://…/{z}/{x}/{y}.png; empty: maps without streets"
    )
    map_credit: str = Field("", description="Whom to name under maps for the tiles")
    shop_origins: Origins = Field("", description="Sites whose pages may show the chat bubble, comma-separated origins")
    geocoder: str | None = Field(None, description="A geopy provider, e.g. nominatim; unset: none")
    geocoder_options: dict[str, Any] = Field(default_factory=dict, description="JSON: arguments of that provider")
    geocoder_pause: float = Field(1.0, ge=0, le=60, description="Seconds between two questions to the geocoder")
    osrm_url: HttpUrl | None = Field(None, description="OSRM server for travel times; unset: straight lines")
    osrm_profile: str = Field("driving", pattern=r"^[A-Za-z0-9_-]{1,40}$", description="Profile asked of OSRM")
    osrm_table_size: int = Field(100, ge=2, le=10_000, description="Coordinates in one question to OSRM")
    osrm_timeout: float = Field(10.0, gt=0, le=600, description="Seconds OSRM may take to answer a question")
    osrm_patience: float = Field(120.0, gt=0, le=3600, description="Seconds a plan waits for OSRM in all")
    osrm_cache_days: int = Field(30, ge=0, le=365, description="Days OSRM's answers are used again; 0: never")
    sender_rate: int = Field(30, gt=0, description="Chat messages a minute per sender")
    address_rate: int = Field(600, gt=0, description="Chat messages a minute per network address")
    api_rate: int = Field(1200, gt=0, description="API requests a minute per key")
    trusted_proxies: str = Field("", description="Proxies whose X-Forwarded-For is believed, comma-separated")
    threads: int = Field(
        3, ge=1, le=16, description="Threads for turns (one on SQLite) and, as many again, for all else"
    )
    web_processes: int = Field(1, ge=1, le=32, description="Web processes; more than one needs PostgreSQL")
    scheduler: bool = Field(True, description="Do by itself what the schedules of the depots say")
    report_to: str = Field("", description="Who gets the daily and weekly figures by e-mail; needs a mail server")
    webhook_url: str = Field(
        "", description="Servers that are told what happens to returns, comma-separated (docs/webhooks.md)"
    )
    webhook_secret: SigningSecrets | None = Field(
        None,
        validate_default=True,
        description="Signs webhooks, whsec_…; several, comma-separated, while one is changed",
    )
    webhook_events: EventTypes = Field(
        "return.*,refund.*,credit.*",
        description="What is told, comma-separated; order.* tells what happens to orders too",
    )
    webhook_private: bool = Field(False, description="Allow webhooks to http and to addresses of private networks")
    log_level: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: LogFormat = Field("", description="json or console; default: console on a terminal, else json")

    @model_validator(mode="after")
    def _slack_is_whole(self) -> Settings:
        ways = [each for each in (self.slack_signing_secret, self.slack_app_token) if each is not None]
        if self.slack_bot_token is None and ways:
            raise ValueError("ROUNDSMAN_SLACK_BOT_TOKEN is missing; it is on the app's page under OAuth & Permissions")
        if self.slack_bot_token is not None and len(ways) != 1:
            raise ValueError(
                "Slack needs either ROUNDSMAN_SLACK_SIGNING_SECRET (Slack calls us) or ROUNDSMAN_SLACK_APP_TOKEN "
                f"(Socket Mode), and has {'both' if ways else 'neither'}"
            )
        return self

    @model_validator(mode="after")
    def _gateway_is_whole(self) -> Settings:
        key = self.stripe_key.get_secret_value() if self.stripe_key is not None else ""
        if self.payment_gateway == "stripe" and not key.startswith(("sk_", "rk_")):
            raise ValueError(
                "ROUNDSMAN_STRIPE_KEY is missing; Stripe shows it under Developers, API keys, as sk_… or rk_…"
            )
        return self

    @field_validator("email_from", "email_reply_to", "report_to")
    @classmethod
    def _mailbox_readable(cls, value: str, info: ValidationInfo) -> str:
        if value:
            read_mailbox(value)
        elif info.field_name == "email_from" and info.data.get("smtp_url") is not None:
            raise ValueError("e-mails need a sender; write it like Deliveries <hello@shop.example>")
        return value

    @model_validator(mode="after")
    def _webhooks_are_whole(self) -> Settings:
        for each in self.webhook_urls:
            parts = urlsplit(each)
            if parts.scheme not in {"https", "http"} or not parts.hostname:
                raise ValueError("ROUNDSMAN_WEBHOOK_URL: an address is written like https://shop.example/hooks")
            if parts.scheme == "http" and not self.webhook_private:
                raise ValueError(
                    "ROUNDSMAN_WEBHOOK_URL: webhooks need https; ROUNDSMAN_WEBHOOK_PRIVATE allows http in a private network"
                )
        if self.webhook_urls and not self.webhook_secrets:
            raise ValueError("ROUNDSMAN_WEBHOOK_SECRET is missing; `roundsman webhooks secret` makes one")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone people are told times in."""
        return ZoneInfo(self.time_zone)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages, the default first."""
        return listed(self.languages) or ("en",)

    @property
    def policies(self) -> Policies:
        """What handlers need to know of the business."""
        present = {"telegram": self.telegram_token, "email": self.smtp_url, "sms": self.sms_url}
        channels = frozenset(name for name, setting in present.items() if setting is not None)
        return Policies(
            self.zone, OfficeHours.parse(self.office_hours), channels, self.spoken, *Proof.policy(self.proof),
            exchange=self.driver_calls, escalate_after=timedelta(minutes=self.escalate_minutes),
            write_off_limit=self.write_off_limit, refund_limit=self.refund_limit, refund_days=self.refund_days,
            return_code_over=self.return_code_over, webhooks=self.webhook_receivers, webhook_events=listed(self.webhook_events),
            learning=self.learn,
        )  # fmt: skip

    @property
    def webhook_urls(self) -> tuple[str, ...]:
        """The servers that are told what happens."""
        return tuple(dict.fromkeys(listed(self.webhook_url)))

    @property
    def webhook_receivers(self) -> tuple[str, ...]:
        """What these servers are called in the database, which knows no addresses."""
        return tuple(hashlib.sha256(each.encode()).hexdigest()[:16] for each in self.webhook_urls)

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that sign, the newest first."""
        return listed(self.webhook_secret.get_secret_value()) if self.webhook_secret is not None else ()

    @property
    def slack_admin_ids(self) -> tuple[str, ...]:
        """Slack users who are admins from the start."""
        return listed(self.slack_admins)

    @property
    def origins(self) -> tuple[str, ...]:
        """Sites that may show the chat."""
        return listed(self.shop_origins)

    @property
    def proxies(self) -> frozenset[str]:
        """Addresses of trusted proxies."""
        return frozenset(listed(self.trusted_proxies))

    @property
    def url(self) -> str:
        """The public address without a slash at the end."""
        return str(self.public_url).rstrip("/")

    def database(self) -> str:
        """The database's URL. Makes the data folder when the database lies in it."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.folder() / 'roundsman.db'}"

    def folder(self, *parts: str) -> Path:
        """A folder inside the data folder, made when missing."""
        folder = self.data_folder.joinpath(*parts)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongSetting(
                f"ROUNDSMAN_DATA_FOLDER: {folder} cannot be made ({error.strerror}); name a folder you may write to"
            ) from error
        return folder.resolve()

    @cached_property
    def secret(self) -> bytes:
        """The key that signs sessions; made once and kept, readable by the owner alone, when no setting gives it."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return _kept_secret(self.folder() / "secret.key")

    @cached_property
    def rasa_secret(self) -> str:
        """The token of the Rasa server; made once and kept as `secret` is, when no setting gives it."""
        if self.rasa_token is not None:
            return self.rasa_token.get_secret_value()
        return _kept_secret(self.folder("rasa") / "token").decode()


def _kept_secret(path: Path) -> bytes:
    """What the file holds, made up when it is not there yet."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_urlsafe(32).encode())
            _put(made, path)
        finally:
            made.unlink(missing_ok=True)
    secret = path.read_bytes()
    if not secret.strip():  # an earlier program ran out of disk: with nothing for a key anybody could sign
        raise WrongSetting(f"{path} is empty; remove it and start again")
    return secret


def _put(made: Path, path: Path) -> None:
    """Give a whole file its name; of several programs that start at once the first one's stands."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a disk without hard links
        made.replace(path)


def load_settings(**given: Any) -> Settings:
    """The settings of this environment. Raises WrongSetting with one sentence naming the setting."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"][:1]).upper()
        why = first["msg"].removeprefix("Value error, ")
        raise WrongSetting(f"ROUNDSMAN_{name}: {why}" if name else why) from error
    except ValueError as error:  # a JSON setting that is no JSON
        raise WrongSetting(f"A ROUNDSMAN_ setting cannot be read: {error}") from error
