"""How residents talk, from its file: synonyms, and talk that no guide answers."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bot.content import yaml_lines
from bot.content.finding import Finding, finding
from bot.content.shape import shape
from bot.content.yaml_lines import Document
from bot.language.fold import fold
from bot.language.synonyms import chained


class Talk(Struct, frozen=True, forbid_unknown_fields=True):
    """Synonyms (a word or a few, and what guides say instead), and samples of talk that asks for no guide.

    `greeting`: hello, thanks or goodbye; `danger`: money or an account is being lost; `vague`: too little to know;
    `beyond`: something else.
    """

    synonyms: dict[str, str] = {}
    greeting: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


def read_talk(name: str, text: str) -> Talk:
    """Read the file. Raises ContentWrong."""
    return shape(yaml_lines.read(name, text), Talk)


def talk_findings(document: Document, talk: Talk, claimed: Mapping[str, str]) -> Iterator[Finding]:
    """What clashes: a line that stands twice or that a guide claims (`claimed`, folded), a synonym of a synonym."""
    samples = {"greeting": talk.greeting, "danger": talk.danger, "vague": talk.vague, "beyond": talk.beyond}
    seen: dict[str, str] = {}
    for kind, lines in samples.items():
        for index, line in enumerate(lines):
            plain = fold(line)
            if other := claimed.get(plain):
                yield finding(
                    document, (kind, index), f'"{line}" is what guide "{other}" is asked for by; keep it in one.'
                )
            if not plain or plain in seen:
                where = f'stands under "{seen[plain]}", too' if plain else "says nothing"
                yield finding(document, (kind, index), f'"{line}" {where}.')
            seen.setdefault(plain, kind)
    itself_another = chained(talk.synonyms)
    for word, meant in talk.synonyms.items():
        if not fold(word) or not fold(meant):
            yield finding(document, ("synonyms", word), f'synonym "{word}" says nothing.')
        elif word in itself_another:
            yield finding(document, ("synonyms", word), f'"{meant}" is itself written as another word; say that word.')
