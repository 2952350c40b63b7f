"""From the files of this package to what the engine needs, for one ward."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from bot.audio.recordings import Voices
from bot.content.checks.freshness import ended_names
from bot.content.guide import Guide
from bot.content.library import FileLibrary
from bot.content.loader import CONTENT, ROOT, Content, read_content
from bot.content.training import Talk
from bot.desk.roster import Roster
from bot.desk.screening import Replies, Screen, documents
from bot.engine.environment import Setting
from bot.engine.texts import Catalogue, Words, read_catalogues
from bot.images.gallery import Gallery, this_drawing
from bot.model.hours import VIETNAM
from bot.nlu.danger_model import Alarm, Told
from bot.nlu.danger_model import samples as told_samples
from bot.nlu.intent import Added, Matcher, Prepare, Weigh, prepared
from bot.nlu.linear_model import Document
from bot.nlu.out_of_scope import Elsewhere, samples
from bot.ports.store import Library
from bot.settings import Settings
from bot.training.model_store import Memory, cached

LEARNT = ROOT / "build" / "learnt"
"""Where `toso learn` keeps what it learnt from the guides of this package."""

FOUND = Path("build/found")
"""Where what was found in the content is kept."""

_log = logging.getLogger("toso.app")


def load_content(settings: Settings, root: Path = ROOT) -> Content:
    """The files below `root`, with findings in the log. Raises SettingWrong, ContentWrong for a ward or shared file."""
    today = datetime.now(UTC).astimezone(VIETNAM).date()
    content = read_content(root, settings.ward, today, root / FOUND)
    for finding in content.findings:
        _log.log(logging.ERROR if finding.blocking else logging.INFO, "%s", finding)
    return content


def read_words(content: Content, on: date | None = None) -> Words:
    """The catalogues, said for this ward with these facts; those that ended before the day `on` as ended ones.

    Raises ContentWrong.
    """
    words = Words(_catalogues(), content.ward.says, content.facts.by_language())
    words.end(ended_names(content.facts.facts, on) if on else frozenset())
    return words


def make_setting(
    content: Content,
    words: Words,
    library: Library,
    matcher: Matcher,
    retention_days: int,
    public_url: str = "",
) -> Setting:
    """The engine's setting over a library, with what knows how residents ask for its guides."""
    return Setting(
        words=words,
        library=library,
        gallery=Gallery(content.screens, this_drawing()),
        ward=content.ward,
        topics=content.topics,
        troubles=content.troubles,
        matcher=matcher,
        screen=screen(),
        elsewhere=elsewhere(content.talk),
        roster=Roster(content.ward),
        voices=Voices(),
        keep_seconds=retention_days * 86400,
        public_url=public_url,
    )


def setting_from_files(settings: Settings, on: date | None = None) -> Setting:
    """The engine's setting over the guides of this package, as they are said on the day `on`.

    Where a guide changed since, this first learns how people ask, which takes seconds. Raises as the others here do.
    """
    content = load_content(settings)
    library = FileLibrary([parsed.guide for parsed in content.guides])
    known = Memory(LEARNT)
    matcher = make_matcher(library.all(), content.talk, known.taught, prepare=known.prepared)
    return make_setting(content, read_words(content, on), library, matcher, settings.retention_days)


def make_matcher(
    guides: Sequence[Guide],
    talk: Talk,
    weigh: Weigh,
    added: Added = MappingProxyType({}),
    prepare: Prepare = prepared,
) -> Matcher:
    """What knows how residents ask for these guides, and how they tell of dangers."""
    return Matcher(guides, talk, weigh, added, prepare, alarm=alarm())


@cache
def alarm() -> Alarm:
    """What knows how dangers are told of. Where the samples changed since, this first learns them, for seconds."""
    files = [(ROOT / CONTENT / name).read_bytes() for name in ("talk.yaml", "alarm.yaml")]
    known = cached((LEARNT,), "alarm", files, lambda: _told(*files), list[Document])
    return Alarm(known, Memory(LEARNT, counting=0.0).taught)


def _told(talk: bytes, told: bytes) -> list[Document]:
    return told_samples(msgspec.yaml.decode(talk, type=Talk), msgspec.yaml.decode(told, type=Told))


@cache
def screen() -> Screen:
    """What tells scammers' words from help. Where the examples changed since, this first learns them, for seconds."""
    examples = (ROOT / CONTENT / "replies.yaml").read_bytes()
    known = cached((LEARNT,), "replies", examples, lambda: _documents(examples), list[Document])
    return Screen(known, Memory(LEARNT, counting=0.0).taught)


def _documents(examples: bytes) -> list[Document]:
    return documents(msgspec.yaml.decode(examples, type=Replies))


def elsewhere(talk: Talk) -> Elsewhere:
    """What tells whom to ask for what is not ours. Where the samples changed since, this first learns them."""
    return _elsewhere(msgspec.json.encode(talk))


@lru_cache(maxsize=1)
def _elsewhere(encoded: bytes) -> Elsewhere:
    """By the bytes of the talk, which can be compared: whoever asks again for the same talk gets the same."""
    talk = msgspec.json.decode(encoded, type=Talk)
    known = cached((LEARNT,), "elsewhere", talk, lambda: samples(talk), list[Document])
    return Elsewhere({name: each.says for name, each in talk.elsewhere.items()}, known, Memory(LEARNT).taught)


def memory(settings: Settings) -> Memory:
    """What was learnt with this package, and, for other guides, what is learnt in the installation's folder."""
    return Memory(LEARNT, settings.data_dir / "learnt")


@cache
def _catalogues() -> dict[str, Catalogue]:
    return read_catalogues(ROOT / "locales")
