"""The Telegram Bot API of a test's own: real HTTP on a free port, people to play, scripted failures.

Protocol: https://core.telegram.org/bots/api. Where the documentation gives no words for an error, they are those of
the open-source server (https://github.com/tdlib/telegram-bot-api).
"""

from tests.emulators.telegram.chats import Chat, Group, Person
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.records import Button, Call, Delivery, Edit, Sent, Trouble

__all__ = ["Button", "Call", "Chat", "Delivery", "Edit", "Group", "Person", "Sent", "TelegramEmulator", "Trouble"]
