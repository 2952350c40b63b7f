"""All text people read: gettext catalogues, said through sandboxed strict Jinja.

A `Voice` is one language and one form of address; it knows the ward and the facts, so a template may use
`{{ you }}`, `{{ me }}`, `{{ fact.NAME }}`, `{{ ward.NAME }}` and the values it is said with, and nothing else.
"""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import ContentWrong

ADDRESSES = ("bac", "co", "chu", "ong", "ba", "cu", "anh", "chi", "ban")
"""The forms of address a resident can choose, in the order they are offered."""

Catalogue = Mapping[str, str]
Facts = Mapping[str, Mapping[str, str]]
"""Fact values by language, then by name."""

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def read_catalogues(root: Path) -> dict[str, Catalogue]:
    """Every `<root>/<language>/*.po`. Raises ContentWrong for a message without words or said twice."""
    catalogues: dict[str, Catalogue] = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        messages: dict[str, str] = {}
        for file in sorted(folder.glob("*.po")):
            with file.open("rb") as stream:
                for message in read_po(stream, locale=folder.name, charset="utf-8"):
                    if not message.id:
                        continue
                    name, words = str(message.id), str(message.string)
                    if not words or message.fuzzy:
                        raise ContentWrong(f'{file.name}:{message.lineno}: "{name}" has no checked words yet.')
                    if name in messages:
                        raise ContentWrong(f'{file.name}:{message.lineno}: "{name}" is said twice; keep one of them.')
                    messages[name] = words
        catalogues[folder.name] = messages
    return catalogues


class Voice:
    """How one resident is spoken to. Text that depends on nothing else is made once and kept."""

    def __init__(self, catalogue: Catalogue, values: Mapping[str, object]) -> None:
        self._catalogue = catalogue
        self._values = values
        self._said: dict[str, str] = {}

    def say(self, name: str, /, **values: object) -> str:
        """The catalogue's words for `name`. Raises KeyError for a name that no catalogue has."""
        if not values:
            return self.render(self._catalogue[name])
        return _compiled(self._catalogue[name]).render(self._values, **values)

    def render(self, template: str) -> str:
        """A guide's own text for this resident."""
        said = self._said.get(template)
        if said is None:
            said = self._said[template] = _compiled(template).render(self._values)
        return said


@cache
def _compiled(text: str) -> Template:
    """A template, compiled when first used. They come from catalogues and guides, so they are few."""
    return _ENVIRONMENT.from_string(text)


class Words:
    """The voices of one ward."""

    def __init__(self, catalogues: Mapping[str, Catalogue], ward: Mapping[str, str], facts: Facts) -> None:
        self._catalogues = catalogues
        self._ward = ward
        self._facts = facts
        self._ended: frozenset[str] = frozenset()
        self._voices: dict[tuple[str, str], Voice] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._catalogues)

    @property
    def facts(self) -> Collection[str]:
        """What every fact says, in every language."""
        return {fact for facts in self._facts.values() for fact in facts.values()}

    def end(self, facts: frozenset[str]) -> None:
        """From now on say these facts, by name, as ones that have ended."""
        if facts != self._ended:
            self._ended = facts
            self._voices.clear()

    def voice(self, lang: str, you: str = "") -> Voice:
        """The voice for a language and a form of address (one of ADDRESSES, or empty before it was asked)."""
        voice = self._voices.get((lang, you))
        if voice is None:
            catalogue = self._catalogues[lang]
            says = {name: catalogue[f"address.{you or 'unknown'}.{name}"] for name in ("you", "me")}
            values = {
                **says,
                "You": _capital(says["you"]),
                "Me": _capital(says["me"]),
                "ward": self._ward,
                "fact": {name: self._said(lang, name, fact) for name, fact in self._facts.get(lang, {}).items()},
            }
            voice = self._voices[lang, you] = Voice(catalogue, values)
        return voice

    def _said(self, lang: str, name: str, fact: str) -> str:
        if name not in self._ended:
            return fact
        return _compiled(self._catalogues[lang]["fact.ended"]).render(value=fact)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
