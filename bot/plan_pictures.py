"""Pictures of plans for chats, drawn after the turn that wants them."""

from __future__ import annotations

from contextlib import suppress

from actions.drawn import drawing_of_plan
from actions.perform import perform
from actions.plan_pictures import shape
from bot.clock import moment, new_id, now
from bot.files import Files
from bot.settings import Settings
from bot.words import Words
from domain.commands import KeepPlanPicture
from domain.moment import SYSTEM
from domain.plans import PlanStatus
from domain.refusals import NotFound
from domain.routes import RouteStatus
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork


def draw(database: Database, settings: Settings, job: JobRow) -> None:
    """Draw a plan as it is now and keep the picture, unless it is thrown away meanwhile."""
    from bot.pictures.png import draw as png  # matplotlib takes long to import, and most processes do without

    plan_id, files = int(job.payload["plan"]), Files(settings)
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        plan = uow.routes.plan(plan_id)
        if plan.status == PlanStatus.DISCARDED:
            return
        routes = [each for each in uow.routes.of_plan(plan_id) if each.status != RouteStatus.CANCELLED]
        drawn, drawing = shape(uow.routes.chains(routes)), drawing_of_plan(plan, uow)
    words = Words(settings.spoken, drawing.zone, settings.texts_folder, settings.url)
    picture = png(drawing, words.on_pages(settings.spoken[0], now(), drawing.zone))
    kept = files.keep_file(picture, f"plan-{plan_id}.png", "image/png")
    command = KeepPlanPicture(plan=plan_id, drawn=drawn, file=new_id(), path=kept.path, size=kept.size)
    try:
        with suppress(NotFound):
            perform(database, [command], moment(SYSTEM, job.key, settings.policies))
            return
        files.remove(kept)
    except BaseException:
        files.remove(kept)
        raise
