"""The real content as an engine setting, for tests that talk to the engine itself."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.app import Parts
from bot.content.guide import Guide
from bot.content.library import FileLibrary
from bot.content.loader import DEMO_WARD, ROOT, Content, read_content
from bot.content.training import Talk
from bot.engine.environment import Setting
from bot.loading import LEARNT, make_matcher, make_setting, read_words
from bot.nlu.intent import Added, Matcher, Prepare, Weigh
from bot.ports.store import Clock, Store
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.training.model_store import Memory

TODAY = date(2026, 11, 25)
RETENTION_DAYS = 90
ALWAYS = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"}
"""Hours of a ward, or of a team, that is there whatever time it is."""


@cache
def content() -> Content:
    return read_content(ROOT, None, TODAY, ROOT / "build/found-in-tests")


memory = Memory(LEARNT)
taught = memory.taught
"""What was learnt from the real guides; learnt now, which takes seconds, where one of them changed since."""


@cache
def setting() -> Setting:
    guides = [parsed.guide for parsed in content().guides]
    matcher = make_matcher(guides, content().talk, taught, prepare=memory.prepared)
    return make_setting(content(), read_words(content()), FileLibrary(guides), matcher, RETENTION_DAYS)


def parts_of(settings: Settings, store: Store, given: Content, clock: Clock | None = None) -> Parts:
    """The parts of an app in this process; what knows the real guides is the same one in all of them.

    A store in memory has the app's clock.
    """
    if clock and isinstance(store, MemoryStore):
        store.shared.clock = clock
    return Parts(settings, store, given, clock, _matcher)


def _matcher(guides: Sequence[Guide], talk: Talk, weigh: Weigh, added: Added, prepare: Prepare) -> Matcher:
    wanted = {guide.id: guide for guide in guides}
    if added or talk != content().talk or wanted != _real_guides():
        return make_matcher(guides, talk, weigh, added, prepare)
    _real_guides().update(wanted)  # the same objects are seen to be equal at once
    return setting().matcher


@cache
def _real_guides() -> dict[str, Guide]:
    return {parsed.guide.id: parsed.guide for parsed in content().guides}


def demo_ward() -> dict[str, Any]:
    """The demo ward's file, to be changed and written elsewhere."""
    ward: dict[str, Any] = yaml.safe_load(DEMO_WARD.read_text("utf-8"))
    return ward


def never_closed(path: Path) -> Path:
    """Write the demo ward with teams that are always there: for apps that run by the real clock, at any hour."""
    ward = demo_ward() | {"hours": [ALWAYS], "holidays": []}
    ward["teams"] = [{key: value for key, value in team.items() if key != "hours"} for team in ward["teams"]]
    path.write_text(yaml.safe_dump(ward, allow_unicode=True), "utf-8")
    return path
