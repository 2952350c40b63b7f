"""People driven over HTTP, or by hand on a page: what an emulator serves under `/control/` when it runs by itself.

`POST /control/says {"person": "7", "text": "chào"}`, `POST /control/presses {"person": "7", "label": "Còn mở được"}`,
`POST /control/sends {"person": "7", "what": "photo"}`, `GET /control/sees?person=7`,
`POST /control/fails {"fault": 429, "method": "sendMessage"}`, and what more a program adds.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from tests.emulators.loopback import Loopback
from tests.emulators.people import Seen

Deed = Callable[[Any], Awaitable[Any]]
"""Does what a JSON body asks, under the function's own name; gives what is answered."""

_PAGE = Path(__file__).with_name("control_page.html")


class Somebody(Protocol):
    """A person of any emulator."""

    @property
    def sees(self) -> Sequence[Seen[Any]]: ...

    async def says(self, text: str, *, wait: bool) -> object: ...

    async def presses(self, label: str, *, old: bool, wait: bool) -> object: ...


def control(emulator: Loopback, find: Callable[[str], Somebody], more: Sequence[Deed] = ()) -> web.Application:
    """The routes that stand for people's hands and eyes; `find` gives the person with an id."""
    app = web.Application()

    async def says(asked: Any) -> Any:
        return {"id": await find(str(asked["person"])).says(asked["text"], wait=False)}

    async def presses(asked: Any) -> Any:
        try:
            pressed = find(str(asked["person"])).presses(asked["label"], old=bool(asked.get("old")), wait=False)
            return {"id": await pressed}
        except AssertionError as error:
            raise web.HTTPNotFound(text=str(error)) from None

    async def sends(asked: Any) -> Any:
        deed = getattr(find(str(asked["person"])), f"sends_{asked['what']}", None)
        if deed is None:
            raise web.HTTPNotFound(text=f"Nobody sends {asked['what']}.")
        return {"id": await deed(wait=False)}

    async def fails(asked: Any) -> Any:
        emulator.fail_next(**asked)
        return {}

    async def sees(request: web.Request) -> web.Response:
        seen = find(request.query["person"]).sees
        return web.json_response([asdict(each) | {"labels": each.labels} for each in seen])

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE.read_text(), content_type="text/html")

    for deed in (says, presses, sends, fails, *more):
        app.router.add_post(f"/{deed.__name__}", _from_json(deed))
    app.router.add_get("/sees", sees)
    app.router.add_get("/", page)
    return app


def _from_json(deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(await deed(await request.json()))

    return answer
