"""Telegram, by python-telegram-bot: updates come in by webhook or polling, letters go out paced."""

import os

# python-telegram-bot 22 warns wherever it gives a time span as whole seconds; this asks for time spans as such
os.environ.setdefault("PTB_TIMEDELTA", "1")
