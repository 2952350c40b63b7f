"""The web side as one app: `create` for a server, `create_app` for parts that exist already."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from typing_extensions import override

from api.assets import Assets
from api.auth.sessions import Inside, SignIn
from api.auth.zalo_callback import ConsentPage
from api.chat.routes import Chats, Tokens
from api.chat.uploads import ChatPictures, ChatVoices, CopyRoute
from api.desk.actions import Deeds
from api.desk.appointments import VisitPages
from api.desk.assisted_sessions import BesidePage
from api.desk.attachments import PictureRoute
from api.desk.audit_log import RecordPage
from api.desk.events import DeskEvents
from api.desk.queue import Cards, Desk, DismissPages
from api.desk.request import RequestPage
from api.desk.step_view import Steps
from api.desk.undelivered import UndeliveredPage
from api.desk.unmatched import UnheardPage
from api.errors import Errors
from api.guides.font_metrics import letters
from api.guides.media import StepPictures, VoiceRoutes
from api.guides.pages import BringPage, PageRoutes
from api.health import Operations, SecurityTxt
from api.middleware import SecurityHeaders
from api.people.people import MyPage, PeoplePages
from api.people.teams import TeamPage, TeamsPage
from api.sse import Streams
from api.studio.images import PictureLists, PicturePage
from api.studio.recordings import VoiceLists, VoicePages
from api.templating import Pages
from api.webhooks import PREFIX, Webhooks
from bot.app import Parts
from bot.audio.tts import CommandSpeaker
from bot.background import Membership, leave
from bot.channel_registry import zalo_oa_consent
from bot.content.loader import Content
from bot.desk.dismissal import Departures, Dismissals, TeamRemoval
from bot.images.redactor import Retoucher
from bot.service.unsaved import Unsaved

_HERE = Path(__file__).parent
_WITHOUT_STORE = ("/healthz", "/metrics", "/static/")


def create(content: Content | None = None, member: Membership | None = None) -> FastAPI:
    """The app for the settings of the environment, as uvicorn's factory. Raises SettingWrong, ContentWrong.

    `content` is theirs, where it was read already; `member` says what this worker is among others.
    """
    return create_app(Parts.from_environment(content, member))


def create_app(parts: Parts) -> FastAPI:
    """The app over these parts: it starts them when the server starts, and stops them with it."""
    assets = Assets(_HERE / "static", letters())
    pages = Pages(_HERE / "templates", parts.words, parts.ward, assets)
    errors = Errors(parts.words, pages)
    streams = Streams(parts.store, parts.growth)
    url = parts.settings.public_url
    signin = SignIn(parts.store, parts.accounts, parts.sessions, parts.people, pages, parts.clock, url)
    channels = parts.connections.channels
    again = [name for name, channel in channels.items() if channel.capabilities.sends_again]
    unsaved = Unsaved(parts.handle, parts.tasks, again)
    webhooks = Webhooks(channels, unsaved, errors.body)
    https = parts.settings.public_url.startswith("https:")
    app = App(
        webhooks,
        lambda: parts.started,
        errors.refuse,
        https=https,
        title="Tổ Số",
        openapi_url="/api/openapi.json",
        lifespan=_lifespan(parts, streams),
    )
    errors.install(app)
    tokens = Tokens(parts.store)
    inside = Inside(signin, pages)
    routers = [
        Chats(parts.store, tokens, parts.handle, streams, parts.settings.chat_rate).router(),
        *_residents(parts, pages, tokens),
        signin.router(),
        *_desk(parts, inside, signin, streams),
        *_people(parts, inside, signin),
        *_pictures(parts, inside),
        _voices(parts, inside),
        _unheard(parts, inside),
        assets.router(),
    ]
    if zalo_oa := parts.connections.zalo_oa:
        consent = zalo_oa_consent(parts.settings, zalo_oa, parts.store, parts.clock)
        routers.append(ConsentPage(consent, pages).router())
    routers.append(_operations(parts, signin, unsaved))
    for router in routers:  # to include one would work out each of its routes once more
        app.router.routes += router.routes
    return app


def _operations(parts: Parts, signin: SignIn, unsaved: Unsaved) -> APIRouter:
    """What operators watch."""
    channels = parts.connections.channels
    return Operations(
        parts.store,
        parts.library,
        signin.results,
        parts.tasks.restarts,
        parts.connections.allowances,
        parts.connections.consents,
        [name for name, channel in channels.items() if not channel.capabilities.pulled],
        parts.clock,
        parts.clock_off_ms,
        unsaved,
    ).router()


def _residents(parts: Parts, pages: Pages, tokens: Tokens) -> Sequence[APIRouter]:
    """What residents open and send beside the chat itself."""
    words, library, url = parts.words, parts.library, parts.settings.public_url
    return (
        ChatPictures(parts.store, tokens, parts.web_pictures, parts.handle).router(),
        ChatVoices(parts.store, tokens, parts.asides, parts.handle, hears=parts.hears).router(),
        PageRoutes(
            pages, words, library, parts.troubles, parts.gallery, url, parts.connections.telegram, hears=parts.hears
        ).router(),
        BringPage(pages, words, library, parts.ward, url).router(),
        SecurityTxt(parts.settings.security_contact, parts.ward.hotline, url, parts.clock).router(),
        StepPictures(parts.drawings).router(),
        CopyRoute(parts.store).router(),
        VoiceRoutes(parts.voice_box, library, words, pages).router(),
    )


def _desk(parts: Parts, inside: Inside, signin: SignIn, streams: Streams) -> Sequence[APIRouter]:
    """The pages about requests, appointments, and help that nobody asked for here."""
    store, people, words, clock = parts.store, parts.people, parts.words, parts.clock
    requests, steps = parts.requests, Steps(words, parts.library, parts.troubles)
    cards = Cards(words, steps, parts.ward)
    desk = Desk(store, requests, parts.caller.visits, people, words, cards, inside, clock)
    page = RequestPage(store, people, words, parts.library, cards, steps, desk, inside, clock, parts.pictures.shows)
    shown = PictureRoute(store, people, parts.pictures, inside)
    deeds = Deeds(store, parts.handle.do, requests, people, words, desk, page, inside, clock)
    dismissals = Dismissals(store, people, requests, parts.handle.do)
    dismissing = DismissPages(dismissals, people, words, desk, inside)
    events = DeskEvents(store, requests, people, signin, lambda: streams.closing)
    record = RecordPage(store, people, words, parts.library, inside, clock)
    visits = VisitPages(parts.caller.visits, people, words, parts.ward, parts.library, inside, clock)
    beside = BesidePage(store, words, parts.library, inside, clock)
    undelivered = UndeliveredPage(store, people, inside, clock)
    return [
        part.router() for part in (desk, page, shown, deeds, dismissing, events, record, visits, beside, undelivered)
    ]


def _people(parts: Parts, inside: Inside, signin: SignIn) -> Sequence[APIRouter]:
    """The pages about who helps."""
    people, ward, topics = parts.people, parts.ward, parts.content.topics
    visits = parts.caller.visits
    removal = TeamRemoval(people, parts.requests, visits, parts.handle.do)
    departures = Departures(people, parts.requests, visits, parts.handle.do, parts.clock)
    persons = PeoplePages(people, departures, parts.accounts, signin.sessions, inside)
    teams = TeamsPage(people, removal, ward, topics, parts.clock, inside)
    team = TeamPage(people, departures, ward, topics, inside)
    mine = MyPage(people, parts.accounts, signin, ward, inside, parts.connections.telegram)
    return [part.router() for part in (persons, teams, team, mine)]


def _pictures(parts: Parts, inside: Inside) -> Sequence[APIRouter]:
    """The pages about the pictures of steps."""
    library, words, gallery, album = parts.library, parts.words, parts.gallery, parts.album
    lists = PictureLists(library, words, parts.content.topics, gallery, album, inside, parts.clock)
    page = PicturePage(library, words, parts.people, gallery, album, parts.shelf, Retoucher(), inside, parts.clock)
    return [lists.router(), page.router()]


def _voices(parts: Parts, inside: Inside) -> APIRouter:
    """The pages on which steps are read aloud."""
    box, library, words = parts.voice_box, parts.library, parts.words
    speaker = CommandSpeaker(parts.settings.speaker) if parts.settings.speaker else None
    lists = VoiceLists(box, library, words, parts.clock)
    return VoicePages(lists, box, library, parts.people, words, inside, speaker).router()


def _unheard(parts: Parts, inside: Inside) -> APIRouter:
    """The page about what was not understood."""
    missed, asked, store, people = parts.not_understood, parts.asked, parts.store, parts.people
    library, words = parts.library, parts.words
    page = UnheardPage(
        missed, asked, lambda: parts.handle.setting.matcher, store, people, library, words, inside, parts.clock
    )
    return page.router()


class App(FastAPI):
    """FastAPI with the webhooks first in the table, and reached past all middleware: they are the hot path.

    Until it has `started`, `refuse` answers everything but what says how the app is.
    """

    def __init__(
        self,
        webhooks: Webhooks,
        started: Callable[[], bool],
        refuse: ASGIApp,
        *,
        https: bool,
        title: str,
        openapi_url: str,
        lifespan: Lifespan[FastAPI],
    ) -> None:
        super().__init__(
            title=title,
            openapi_url=openapi_url,
            docs_url=None,
            redoc_url=None,
            lifespan=lifespan,
            redirect_slashes=False,  # it would lead where the Host header says
            routes=[Route(f"{PREFIX}{{channel}}", webhooks, methods=["POST"], include_in_schema=False)],
        )
        self._webhooks = webhooks
        self._started, self._refuse = started, refuse
        self._https = https

    @override
    def build_middleware_stack(self) -> ASGIApp:
        others = SecurityHeaders(super().build_middleware_stack(), https=self._https)
        webhooks, started = self._webhooks, self._started
        refuse = SecurityHeaders(self._refuse, https=self._https)

        async def front(scope: Scope, receive: Receive, send: Send) -> None:
            if not started() and scope["type"] == "http" and not scope["path"].startswith(_WITHOUT_STORE):
                await refuse(scope, receive, send)
            elif scope["type"] == "http" and scope["path"].startswith(PREFIX):
                await webhooks(scope, receive, send)
            else:
                await others(scope, receive, send)

        return front


def _lifespan(parts: Parts, streams: Streams) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await parts.start()
        try:
            gc.collect()
            gc.freeze()
            gc.enable()  # a worker starts without it
            with streams.closed_by_signals():
                yield
        finally:
            streams.close()
            await parts.stop()
            if parts.tasks.gave_up:
                leave()

    return lifespan
