"""``python -m bot.cli`` is ``roundsman``."""

from bot.cli import main

if __name__ == "__main__":  # processes that are spawned import it again
    main()
