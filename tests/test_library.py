"""The library: what is published, what stays, and what an editor hears about it."""

from msgspec.structs import replace

from bot.content.guide import Guide
from bot.content.library import StoredLibrary, publish_files
from bot.content.loader import Content
from bot.content.schema import Parsed
from bot.ports.store import Library
from bot.store.memory import MemoryStore
from tests.setting import content

CONTENT = content()
FIRST = CONTENT.guides[0]


def changed(**fields: object) -> Content:
    """The shipped content with another form of its first guide, and no other guides."""
    guide: Guide = replace(FIRST.guide, **fields)
    return replace(CONTENT, guides=(Parsed(guide, FIRST.documents),))


async def test_published_guides_can_be_taken() -> None:
    store, library = MemoryStore("one"), StoredLibrary()
    held: Library = library
    assert await publish_files(store, CONTENT) == []
    assert held.current(FIRST.guide.id) is None
    assert await library.refresh(store)
    assert not await library.refresh(store)
    assert held.current(FIRST.guide.id) == FIRST.guide
    assert [guide.id for guide in held.all()] == sorted(parsed.guide.id for parsed in CONTENT.guides)
    assert held.current("no-such-guide") is None
    assert held.version(FIRST.guide.id, 99) is None


async def test_a_second_start_publishes_nothing() -> None:
    store = MemoryStore("one")
    await publish_files(store, CONTENT)
    revision = await store.revision()
    assert await publish_files(store, CONTENT) == []
    assert await store.revision() == revision


async def test_a_new_version_is_taken_and_the_old_one_kept() -> None:
    store, library = MemoryStore("one"), StoredLibrary()
    await publish_files(store, CONTENT)
    newer = changed(version=FIRST.guide.version + 1, then=())
    assert await publish_files(store, newer) == []
    await library.refresh(store)
    assert library.current(FIRST.guide.id) == newer.guides[0].guide
    assert library.version(FIRST.guide.id, FIRST.guide.version) == FIRST.guide


async def test_changed_words_under_the_same_version_stay_out_with_a_finding() -> None:
    store, library = MemoryStore("one"), StoredLibrary()
    await publish_files(store, CONTENT)
    (finding,) = await publish_files(store, changed(then=()))
    assert (finding.file, finding.line) == (f"{FIRST.guide.id}.yaml", 2)
    assert f"Write version: {FIRST.guide.version + 1}" in finding.message
    await library.refresh(store)
    assert library.current(FIRST.guide.id) == FIRST.guide


async def test_what_an_admin_published_later_is_never_taken_back() -> None:
    store, library = MemoryStore("one"), StoredLibrary()
    await publish_files(store, CONTENT)
    edited = replace(FIRST.guide, version=7, then=())
    await store.publish(edited)
    assert await publish_files(store, CONTENT) == []
    (finding,) = await publish_files(store, changed(version=5, then=()))
    assert "Write version: 8" in finding.message
    await library.refresh(store)
    assert library.current(FIRST.guide.id) == edited


async def test_another_order_of_choices_under_the_same_version_stays_out_with_a_finding() -> None:
    store = MemoryStore("one")
    await publish_files(store, CONTENT)
    step, shape = next((name, step) for name, step in FIRST.guide.steps.items() if len(step.choices) > 1)
    turned = replace(shape, choices=dict(reversed(shape.choices.items())))
    (finding,) = await publish_files(store, changed(steps={**FIRST.guide.steps, step: turned}))
    assert f"Write version: {FIRST.guide.version + 1}" in finding.message
