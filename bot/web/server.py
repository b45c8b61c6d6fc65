"""Running the application under uvicorn."""

from __future__ import annotations

import gc
import os
import socket
from contextlib import suppress

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from bot.compose import Program
from bot.geocoding import check_geocoder
from bot.logs import set_up_logs
from bot.settings import Settings, WrongSetting, load_settings
from bot.web.app import build


def run() -> None:
    """Serve until told to stop. Raises WrongSetting for settings that cannot work."""
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    check_geocoder(settings)
    listening = _listen(settings)
    port = listening.getsockname()[1]
    address = f"http://{settings.host}:{port}"
    if "public_url" not in settings.model_fields_set:
        os.environ["ROUNDSMAN_PUBLIC_URL"] = address  # links lead here; the worker processes read it too
        settings = load_settings()
    typer.echo(
        "Roundsman is starting; without `roundsman nlu train` before, the first start trains the language engine, which takes a minute."
    )
    typer.echo(f"  Chat        {address}/chat")
    if settings.demo:
        typer.echo(f"  Playground  {address}/playground")
    typer.echo(f"  API         {address}/openapi.json")
    options = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": 10}
    if settings.web_processes == 1:
        server = uvicorn.Server(uvicorn.Config(build(Program.compose(settings), for_good=True), **options))  # type: ignore[arg-type]
        with suppress(KeyboardInterrupt):  # uvicorn has ended cleanly and passes the signal on
            server.run(sockets=[listening])
        return
    Program.compose(settings).close()  # settings are checked and the database migrated once, before the processes start
    gc.enable()
    config = uvicorn.Config("bot.web.app:create", factory=True, workers=settings.web_processes, **options)  # type: ignore[arg-type]
    Multiprocess(config, sockets=[listening]).run()


def _listen(settings: Settings) -> socket.socket:
    try:
        listening = socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WrongSetting(
            f"ROUNDSMAN_HOST, ROUNDSMAN_PORT: cannot listen on {settings.host} port {settings.port} ({reason}); choose others"
        ) from error
    listening.set_inheritable(True)
    return listening
