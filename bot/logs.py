"""Logs: JSON for machines, readable lines on a terminal; never a name, phone or address in one."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

import structlog


def set_up_logs(level: str, style: str) -> None:
    """Send all log lines, ours and the libraries', to standard error in one style (``json``, ``console`` or "")."""
    console = style == "console" or (style == "" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    final: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not console:
        final.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*final, renderer]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "telegram", "aiohttp"):  # their lines may hold addresses with the bot's token
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # a line for every tick
    for noisy in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).handlers.clear()
        logging.getLogger(noisy).propagate = True
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)  # its lines carry tokens of addresses
    logging.getLogger("alembic").setLevel(logging.WARNING)


def what_broke(error: BaseException) -> dict[str, str]:
    """An error for a log line: its type and where it was raised, without its words, which may hold what people said."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    trail = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in ours[-4:])
    return {"error": type(error).__name__, "where": trail}
