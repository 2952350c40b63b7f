"""The real content as an engine setting, for tests that talk to the engine itself."""

from datetime import date
from functools import cache

from bot.bootstrap import make_setting, read_words
from bot.content.files import ROOT, Content, read_content
from bot.content.offline import FileLibrary
from bot.world import Setting

TODAY = date(2026, 11, 25)
RETENTION_DAYS = 90


@cache
def content() -> Content:
    return read_content(ROOT, None, TODAY)


@cache
def setting() -> Setting:
    guides = [parsed.guide for parsed in content().guides]
    return make_setting(content(), read_words(content()), FileLibrary(guides), RETENTION_DAYS)
