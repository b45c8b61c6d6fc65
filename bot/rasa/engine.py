"""Rasa as the engine, and ours wherever it does not answer: a dead Rasa silences nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot import metrics
from bot.rasa.breaker import Breaker
from bot.rasa.client import RasaClient, RasaTrouble
from bot.settings import Settings
from domain.meaning import Audience, Meaning
from nlu.embedded import Embedded
from nlu.opinion import NoOpinion, Opinion

log = structlog.get_logger()

ENGINE = "rasa"
#: After so many failures in a row Rasa is left alone, for so many seconds.
MOST_FAILURES, REST_SECONDS = 5, 10.0


class ByRasa:
    """Implements `domain.meaning.Engine`. Used by several threads.

    Rasa says what is wanted and which words are which; who may mean what, values, names and bare answers are as the
    embedded engine has them. Messages in another language than Rasa's are the embedded engine's alone.
    """

    def __init__(self, rasa: RasaClient, embedded: Embedded, breaker: Breaker | None = None) -> None:
        self._rasa, self._embedded = rasa, embedded
        self._breaker = breaker or Breaker(MOST_FAILURES, REST_SECONDS)

    def parse(
        self, text: str, audience: Audience, now: datetime, zone: ZoneInfo, language: str | None = None
    ) -> Meaning:
        """The meaning of ``text``, by Rasa where it answers in time and can be understood. Never raises."""
        embedded = self._embedded
        told = embedded.tell(text, audience, language)
        opinion = self._ask(text) if text.strip() and told.language == embedded.settings.language else None
        try:
            return embedded.understand(told, now, zone, opinion)
        except NoOpinion as nothing:  # Rasa is well, but was trained on something else
            metrics.rasa("nothing_of_theirs")
            log.warning("rasa.nothing_of_theirs", audience=audience, error=str(nothing))
            return embedded.understand(told, now, zone)

    def parse_as(
        self,
        text: str,
        intents: Sequence[str],
        audience: Audience,
        now: datetime,
        zone: ZoneInfo,
        language: str | None = None,
    ) -> Meaning:
        """As the embedded engine: what is wanted is known."""
        return self._embedded.parse_as(text, intents, audience, now, zone, language)

    def taught(self, audience: Audience) -> frozenset[str]:
        """The intents that examples were given for: both engines have the same."""
        return self._embedded.taught(audience)

    def learn_names(
        self, names: Mapping[str, Iterable[str]], to_staff: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Takes ``names`` in place of those known before."""
        self._embedded.learn_names(names, to_staff)

    def close(self) -> None:
        """Let go of the connections."""
        self._rasa.close()

    def _ask(self, text: str) -> Opinion | None:
        """What Rasa makes of ``text``; None, counted and logged, where it says nothing that can be used."""
        if not self._breaker.allows():
            metrics.rasa("left_alone")
            return None
        try:
            opinion = Opinion.of(self._rasa.parse(text), text, ENGINE)
        except RasaTrouble as trouble:
            self._failed(trouble.reason, str(trouble))
            return None
        except NoOpinion as nonsense:
            self._failed("nonsense", str(nonsense))
            return None
        if self._breaker.succeeded():
            log.info("rasa.back")
        metrics.rasa("answered")
        return opinion

    def _failed(self, reason: str, why: str) -> None:
        metrics.rasa(reason)
        log.warning("rasa.trouble", reason=reason, error=why)
        if self._breaker.failed():
            log.error("rasa.left_alone", seconds=REST_SECONDS, todo="See whether the Rasa server runs (make rasa).")


def by_rasa(settings: Settings, embedded: Embedded) -> ByRasa:
    """The engine that asks the Rasa server of the settings."""
    return ByRasa(RasaClient(str(settings.rasa_url), settings.rasa_secret, settings.rasa_timeout), embedded)
