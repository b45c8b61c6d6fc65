"""Being somebody of the business in the demo, beside the room in which staff are told what comes up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from bot.clock import new_id
from bot.compose import Program
from bot.demo.office import ROOM
from bot.forms import FormShown, answered, form_behind
from bot.web.chat import sessions
from bot.web.chat.forms import Said, read_form
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import CHANNEL, Chat
from bot.web.chat.transcript import Line, read_page
from bot.web.pages import HEADERS
from bot.web.playground.chatting import add_messages
from bot.web.playground.visiting import COOKIE, address_of, number, visitor
from bot.web.problems import Problem
from domain.moment import SYSTEM
from domain.staff import Staff
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the list."""

    id: int
    name: str
    role: str


def add_staff(router: APIRouter, server: ChatServer) -> None:
    """The pages, the chats and the forms."""
    _add_pages(router, server)
    add_messages(router, server, "/staff/{who}", _chat, lambda who: _person(server.program, number(who)))
    _add_forms(router, server)


def _add_pages(router: APIRouter, server: ChatServer) -> None:
    pages, settings, program = server.pages, server.program.settings, server.program

    @router.get("/staff")
    async def staff(request: Request) -> Response:
        found = await server.in_core(_people, program)
        page = pages.show("play_staff.html", pages.language(request), people=found, who=None, person=None)
        sessions.remember(page, visitor(request, settings), settings, COOKIE)
        return page

    @router.get("/staff/{who}")
    async def work(request: Request, who: str) -> Response:
        session, language = visitor(request, settings), pages.language(request)
        person = await server.in_core(_person, program, number(who))
        found = await server.in_core(_people, program)
        chat = _chat(session, who)
        room = await server.in_core(_room, program, language)
        values = await server.transcript(chat, language)
        page = pages.show(
            "play_staff.html", language, people=found, who=number(who), person=person, room=room, **values
        )
        sessions.remember(page, session, settings, COOKIE)
        return page

    @router.get("/staff/{who}/room")
    async def room(request: Request, who: str) -> Response:
        language = pages.language(request)
        lines = await server.in_core(_room, program, language)
        chat = _chat(visitor(request, settings), who)
        return pages.show("_room.html", language, room=lines, chat=chat)


def _add_forms(router: APIRouter, server: ChatServer) -> None:
    pages, settings, program = server.pages, server.program.settings, server.program

    @router.get("/staff/{who}/forms/{button}")
    async def show(request: Request, who: str, button: str) -> Response:
        language = pages.language(request)
        form = await server.in_core(_form, program, button, language)
        values = {each.field.name: each.field.initial or "" for each in form.fields}
        chat = _chat(visitor(request, settings), who)
        return pages.show("_form.html", language, form=form, button=button, values=values, wrong={}, chat=chat)

    @router.post("/staff/{who}/forms/{button}")
    async def send(request: Request, who: str, button: str) -> Response:
        values, language = await read_form(request), pages.language(request)
        await server.in_core(_person, program, number(who))
        form, chat = await server.in_core(_form, program, button, language), _chat(visitor(request, settings), who)
        wish = answered(form.form, values, program.words, language)
        if isinstance(wish, dict):
            return pages.show(
                "_form.html", language, form=form, button=button, values=values, wrong=wish, chat=chat
            )  # fmt: skip
        said = Said(form.title, f"form-{button}-{new_id()}"[:64], wish)
        await server.in_turn(chat, said, language)
        server.streams.wake(chat)
        return Response(status_code=200, headers={**HEADERS, "HX-Trigger": "form-sent"})


def _chat(session: str, who: str) -> Chat:
    return Chat(address_of(session, f"staff:{who}"), f"/playground/staff/{who}", staff_id=number(who))


def _form(program: Program, button: str, language: str) -> FormShown:
    form = form_behind(program, button, language)
    if form is None:
        raise Problem(404, "No such form", "That form is no longer open; ask for it again.")
    return form


def _people(program: Program) -> list[Listed]:
    with program.database.reading() as session:
        return [Listed(each.id or 0, each.name, each.role) for each in UnitOfWork(session, SYSTEM).people.all()]


def _person(program: Program, staff_id: int) -> Staff:
    with program.database.reading() as session:
        person = UnitOfWork(session, SYSTEM).people.get(staff_id)
    if person is None or not person.active:
        raise Problem(404, "Nobody there", "There is nobody of that number.")
    return person


def _room(program: Program, language: str) -> list[Line]:
    """What was told in the room, the newest first."""
    with program.database.reading() as session:
        room = UnitOfWork(session, SYSTEM).chats.find(CHANNEL, ROOM)
    lines = read_page(program, room, language).lines
    return [replace(line, id=f"room-{line.id}") for line in reversed(lines)]
