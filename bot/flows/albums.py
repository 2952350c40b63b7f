"""Pictures that were sent together: the first is answered, and what becomes of it becomes of all."""

from typing_extensions import override

from bot.desk.room import add_picture
from bot.flows.flow import Flow
from bot.model import NEAR, Album, replace
from bot.scene import Move, Next, Scene

NEAR_SECONDS = 5
"""Where a platform does not say what belongs together: what comes within so many seconds of the last does."""
PICTURES_KEPT = 20
"""How many wait for the answer to one question."""

_ASKED = (("photo", "offer"), ("talk", "picture"))
"""Whether a picture shall be passed on."""


class AlbumFlow(Flow):
    """Takes all pictures of an album but the first; that one the other flows answer, and say what became of it."""

    name = "albums"

    @override
    def take(self, scene: Scene) -> Move | None:
        incoming, album, now = scene.incoming, scene.session.album, scene.world.now
        if incoming.kind != "picture" or incoming.group:
            return None
        near = incoming.album != NEAR or (album is not None and abs(now - album.at) <= NEAR_SECONDS)
        if album is None or not incoming.album or incoming.album != album.id or not near:
            scene.change(album=Album(incoming.album, now, others=incoming.more) if incoming.album else None)
            return None
        scene.change(album=replace(album, at=now))
        for media in filter(None, (incoming.media, *incoming.more)):
            self._add(scene, media)
        return Next.SAID

    def _add(self, scene: Scene, media: str) -> None:
        place, album = scene.session.place, scene.session.album
        if album is None:
            return
        if place and (place.flow, place.ask.partition("/")[0]) in _ASKED:
            scene.change(album=replace(album, others=(*album.others, media)[:PICTURES_KEPT]))
        elif album.passed and scene.session.photo:
            scene.change(photo=f"{scene.session.photo}\n{media}")
        elif album.passed and scene.session.request:
            add_picture(scene, media)
