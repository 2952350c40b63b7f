"""How residents talk, from its file: synonyms, and talk that no guide answers."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.content import yaml as yaml_lines
from bot.content.guide import LANGUAGES
from bot.content.schema import shape
from bot.content.yaml import Document, Finding, finding
from bot.nlu.danger import Danger
from bot.nlu.normalise import chained, fold


class Elsewhere(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked often and is not ours: what is said then, by language, and samples of how it is asked."""

    says: Mapping[str, str]
    like: tuple[str, ...]


class Talk(Struct, frozen=True, forbid_unknown_fields=True):
    """Synonyms (a word or a few, and what guides say instead), and samples of talk that asks for no guide.

    `greeting`: hello, thanks or goodbye; `danger`: each danger that is told of; `vague`: too little to know; `beyond`:
    something else; `elsewhere`: the same, where it can be said whom to ask.
    """

    synonyms: dict[str, str] = {}
    greeting: tuple[str, ...] = ()
    danger: Mapping[Danger, tuple[str, ...]] = {}
    vague: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    elsewhere: Mapping[str, Elsewhere] = {}


def read_talk(name: str, text: str) -> Talk:
    """Read the file. Raises ContentWrong."""
    return shape(yaml_lines.read(name, text), Talk)


def talk_findings(document: Document, talk: Talk, claimed: Mapping[str, str]) -> Iterator[Finding]:
    """What clashes: a line that stands twice or that a guide claims (`claimed`, folded), a synonym of a synonym."""
    seen: dict[str, str] = {}
    for place, lines in _samples(talk):
        for index, line in enumerate(lines):
            plain = fold(line)
            if other := claimed.get(plain):
                yield finding(
                    document, (*place, index), f'"{line}" is what guide "{other}" is asked for by; keep it in one.'
                )
            if not plain or plain in seen:
                where = f'stands under "{seen[plain]}", too' if plain else "says nothing"
                yield finding(document, (*place, index), f'"{line}" {where}.')
            seen.setdefault(plain, ", ".join(place))
    for name, elsewhere in talk.elsewhere.items():
        if missing := [lang for lang in LANGUAGES if not elsewhere.says.get(lang)]:
            yield finding(document, ("elsewhere", name, "says"), f'"{name}" is not said in {", ".join(missing)}.')
    itself_another = chained(talk.synonyms)
    for word, meant in talk.synonyms.items():
        if not fold(word) or not fold(meant):
            yield finding(document, ("synonyms", word), f'synonym "{word}" says nothing.')
        elif word in itself_another:
            yield finding(document, ("synonyms", word), f'"{meant}" is itself written as another word; say that word.')


def _samples(talk: Talk) -> Iterator[tuple[tuple[str, ...], Sequence[str]]]:
    """The samples of talk, each with where in the file they stand."""
    yield ("greeting",), talk.greeting
    for kind, lines in talk.danger.items():
        yield ("danger", kind), lines
    yield ("vague",), talk.vague
    yield ("beyond",), talk.beyond
    for name, elsewhere in talk.elsewhere.items():
        yield ("elsewhere", name, "like"), elsewhere.like
