"""``python -m bot.cli`` is ``roundsman``."""

from bot.cli import main

main()
