"""Server-side pages: Jinja templates in the words of the catalogues."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.content.ward import Ward
from bot.engine.texts import Words
from bot.nlu.telephones import telephones

FIRST_LANGUAGE = "vi"
_NO_STORE = {"cache-control": "no-store"}


class Pages:
    """Renders the templates of a folder. `assets` names a static file's address."""

    def __init__(self, folder: Path, words: Words, ward: Ward, assets: Any) -> None:
        self._words = words
        self._environment = _environment(folder)
        self._always = {"asset": assets.url, "ward": ward, "languages": words.languages}

    def language(self, wanted: str) -> str:
        """`wanted` when there are words in it, else Vietnamese."""
        return wanted if wanted in self._words.languages else FIRST_LANGUAGE

    def page(
        self,
        template: str,
        lang: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response:
        voice = self._words.voice(lang)
        html = self._environment.get_template(template).render(self._always, lang=lang, say=voice.say, **values)
        return Response(html, status, _NO_STORE | dict(headers or {}), "text/html; charset=utf-8")

    def error(
        self,
        lang: str,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        *,
        inside: bool = False,
        unsent: Sequence[tuple[str, str]] = (),
    ) -> Response:
        """A page that says what went wrong and where to go on: to the chat, or for those `inside` to the desk.

        `message` is a name in the catalogues; `unsent` what was typed in a form that is refused.
        """
        said = self._words.voice(lang).say(message)
        return self.page("error.html", lang, status, headers, message=said, inside=inside, unsent=unsent)


@cache
def _environment(folder: Path) -> Environment:
    """The templates of a folder, each compiled when first used: once a process, whatever it has of apps."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["dial"] = _dial
    environment.filters["called"] = _called
    return environment


def _called(text: str) -> Markup:
    """A text whose telephone numbers can be tapped."""
    parts, at = [], 0
    for number in telephones(text):
        parts.append(escape(text[at : number.start]))
        said = text[number.start : number.end]
        parts.append(Markup('<a class="tel" href="tel:{}">{}</a>').format(number.dial, said))
        at = number.end
    return Markup("").join([*parts, escape(text[at:])])


def _dial(number: str) -> str:
    """A telephone number as a link dials it."""
    return re.sub(r"[^+\d]", "", number)
