"""``python -m tests.conversations.fixed serve``: the real program at a moment that does not pass (FROM, ISO 8601)."""

from __future__ import annotations

import os
from datetime import datetime

import bot.clock
from bot.cli import main
from bot.clock import Stepped

if __name__ == "__main__":
    bot.clock._stepped = Stepped(datetime.fromisoformat(os.environ["FROM"]))
    main()
