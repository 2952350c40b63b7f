"""What a conversation may know of the world outside it: given to the engine, never fetched by it.

The tree of the menu: topics, what stands below each, and the way back up. Pure.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from bot.audio.recordings import Voices
from bot.content.facts import Topic
from bot.content.guide import TroubleWords
from bot.content.ward import Ward
from bot.desk.roster import Roster
from bot.desk.screening import Screen
from bot.engine.queries import Ask
from bot.engine.texts import Words
from bot.images.gallery import Gallery
from bot.nlu.intent import Matcher
from bot.nlu.out_of_scope import Elsewhere
from bot.ports.store import Library


class Setting(Struct, frozen=True):
    """What is the same for every message: the ward, its words and its guides.

    `troubles` are the shared ones, by name and language. `keep_seconds` is how long the session of a resident who
    agreed is kept after their last message. `public_url` is where our pages are, empty where nobody
    said. `hears`: spoken words can be heard.
    """

    words: Words
    library: Library
    gallery: Gallery
    ward: Ward
    topics: tuple[Topic, ...]
    troubles: Mapping[str, Mapping[str, TroubleWords]]
    matcher: Matcher
    screen: Screen
    elsewhere: Elsewhere
    roster: Roster
    voices: Voices
    keep_seconds: int
    public_url: str = ""
    hears: bool = False


class World(Struct, frozen=True):
    """The setting at the moment of one message.

    `now` is Unix seconds; `draw_code` draws the code of a new request; `private_link` opens a private chat with the
    bot; `known` are the answers to what the flows asked for this message so far. `listens`: what
    was read aloud can be listened to there. `limits`: how often somebody may write is decided here, and not at the door
    of their channel.
    """

    setting: Setting
    now: int
    draw_code: Callable[[], str]
    private_link: str = ""
    known: Mapping[Ask, object] = {}
    listens: bool = True
    limits: bool = True


def topics_below(setting: Setting, within: str) -> list[Topic]:
    """The topics below one, or those of the main menu for an empty name, in which there is a guide to take."""
    return [each for each in setting.topics if each.within == within and _leads_somewhere(setting, each)]


def guides_of(setting: Setting, name: str) -> list[str]:
    """The guides of a topic that can be taken, without those of the topics below it."""
    known = next((topic.guides for topic in setting.topics if topic.id == name), ())
    return [guide for guide in known if setting.library.current(guide)]


def topic_above(setting: Setting, name: str) -> str:
    """The nearest topic above one that offers a choice; empty when that is the main menu."""
    within = next((topic.within for topic in setting.topics if topic.id == name), "")
    return within if len(topics_below(setting, within)) + len(guides_of(setting, within)) > 1 else ""


def _leads_somewhere(setting: Setting, topic: Topic) -> bool:
    return bool(guides_of(setting, topic.id)) or any(topics_below(setting, topic.id))
