"""The tree of the menu: topics, what stands below each, and the way back up. Pure."""

from bot.content.facts import Topic
from bot.world import Setting


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
