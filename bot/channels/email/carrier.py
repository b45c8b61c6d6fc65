"""Carries letters by e-mail."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.channels import links
from bot.channels.email.delivery import Delivery
from bot.channels.email.letters import LARGEST_FILE, Attached, Composer, Links
from bot.channels.email.server import MailServer
from bot.clock import now
from bot.compose import Program
from bot.letters import Gone, Letter

#: Connections to the mail server; providers allow few.
CONNECTIONS = 4


class EmailCarrier:
    """One mail server. Letters are made and handed in by threads of its own, so that slow servers hold up nobody."""

    def __init__(self, program: Program) -> None:
        """Needs the settings ``smtp_url`` and ``email_from``."""
        settings = program.settings
        assert settings.smtp_url is not None
        self._program = program
        self._composer = Composer(settings, program.words)
        server = MailServer.parse(settings.smtp_url.get_secret_value())
        self._delivery = Delivery(server, self._composer.host)
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="mail")

    async def ready(self, address: str, priority: int) -> None:
        """A mail server says itself when it has had enough."""

    async def carry(self, letter: Letter) -> str | None:
        """Hand it to the mail server; its Message-ID. Raises Later, Rejected or Gone."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._carry, letter)

    async def close(self) -> None:
        """Finish what is being handed in and end the connections."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        await asyncio.to_thread(self._delivery.close)

    def _carry(self, letter: Letter) -> str:
        try:
            mail, to = self._composer.compose(letter, self._links(letter), now(), self._attached(letter))
        except ValueError as error:
            raise Gone("no e-mail can be sent to such an address") from error
        self._delivery.hand_in(mail, self._composer.sender, to)
        return str(mail["Message-ID"])

    def _links(self, letter: Letter) -> Links:
        settings = self._program.settings
        page = links.page_of(self._program, letter.row.about, letter.row.facts)
        stop = links.stop_page(settings, letter.to.conversation_id)
        return Links(page or links.chat_page(settings), page is not None, stop)

    def _attached(self, letter: Letter) -> list[Attached]:
        """The file that comes with the notice, while it is there and not too large for a mail."""
        file_id = letter.media.get("file")
        found = self._program.find_file(file_id) if file_id is not None else None
        if found is None or found.path.stat().st_size > LARGEST_FILE:
            return []
        return [Attached(found.name, found.path.read_bytes())]
