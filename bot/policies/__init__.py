"""The policy of returns an installation begins with: that of its data folder, else the one that is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings, WrongSetting
from domain.return_policy import WrongPolicy, parse

if TYPE_CHECKING:
    from sqlmodel import Session

    from domain.moment import Moment
    from storage.database import Database

#: What an installation begins with where its data folder says nothing else.
SHIPPED = Path(__file__).parent / "returns.yml"
#: What it is called in the data folder.
OWN = "return_policy.yml"


def policy_text(data_folder: Path | None) -> str:
    """The text of the first policy. Raises WrongSetting for one in the data folder that is none."""
    own = data_folder / OWN if data_folder is not None else SHIPPED
    if not own.is_file():
        return SHIPPED.read_text("utf-8")
    try:
        text = own.read_text("utf-8")
        parse(text)
    except (OSError, UnicodeDecodeError, WrongPolicy) as error:
        raise WrongSetting(f"{own}: {error}") from error
    return text


def install(database: Database, settings: Settings) -> None:
    """Put the first policy into a database that never had one; nothing else. Raises WrongSetting as `policy_text` does.

    Of several processes that begin at once one does it.
    """
    from bot.clock import moment
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        if UnitOfWork(session, SYSTEM).returns.any_policy():
            return
    text = policy_text(settings.data_folder)
    at = moment(SYSTEM, "install:return_policy", settings.policies)
    database.retrying(lambda session: install_in(session, text, at))


def install_in(session: Session, text: str, at: Moment) -> None:
    """The same within a transaction that the caller ends."""
    from actions.perform import perform_in
    from domain.commands import InstallReturnPolicy

    perform_in(session, [InstallReturnPolicy(text=text, note="installed")], at)
