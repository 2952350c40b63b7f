"""`toso learn`: learn how people ask, and what scammers write, from the files of this package, before anybody does."""

from datetime import UTC, datetime

import click

from bot.content.loader import ROOT, read_content
from bot.loading import LEARNT, elsewhere, make_matcher, screen
from bot.training.model_store import Memory


@click.command()
def learn() -> None:
    """Learn how people ask and what scammers write, from what is here. Takes seconds; nothing where it was done."""
    content = read_content(ROOT, None, datetime.now(UTC).date())
    memory = Memory(LEARNT)
    make_matcher([parsed.guide for parsed in content.guides], content.talk, memory.taught, prepare=memory.prepared)
    elsewhere(content.talk)
    screen()
