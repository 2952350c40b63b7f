"""Which picture belongs to a step: its name, known without drawing it. Pure."""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote, unquote

from msgspec import Struct

from bot.content.guide import LANGUAGES, Guide, Picture
from bot.images.screens import ON_PAPER, Description, Screens, describe, encode_description, said_of_drawn
from bot.images.screenshot import Marked, Place, Screenshot, size_of
from bot.model import Drawn
from bot.model.message import JPEG

HIGHEST = 99
"""No step has a higher number."""
_REMEMBERED = 4096


class Recipe(Struct, frozen=True):
    """What the name of a picture says: whose picture it is, and the `digest` of all that is on it.

    A `real` one is made of a screenshot.
    """

    digest: str
    guide: str
    version: int
    step: str
    number: int
    lang: str
    real: bool = False

    @property
    def name(self) -> str:
        whose = f"{self.guide}/{self.version}/{quote(self.step, safe='')}/{self.number}/{self.lang}"
        return f"{self.digest}/{whose}{JPEG if self.real else ''}"

    @classmethod
    def read(cls, name: str) -> "Recipe | None":
        """The recipe with this name; None for what is no name."""
        digest, guide, version, step, number, lang, *more = (*name.removesuffix(JPEG).split("/"), *[""] * 6)
        if any(more) or lang not in LANGUAGES or not (_whole(version) and _whole(number)):
            return None
        return cls(digest, guide, int(version), unquote(step), int(number), lang, name.endswith(JPEG))


class OnPaper(Struct, frozen=True):
    """A picture for paper, and its width and height in pixels."""

    drawn: Drawn
    size: tuple[int, int]


class Gallery:
    """The pictures of guides. `drawing` stands for the way they are drawn: with it every name changes.

    `screenshots` are those that residents see; whoever keeps them replaces the whole mapping.
    """

    def __init__(self, screens: Screens, drawing: str) -> None:
        self._screens = screens
        self._drawing = drawing.encode()
        self._digest = lru_cache(_REMEMBERED)(self._digest_anew)
        self._digest_of_marked = lru_cache(_REMEMBERED)(self._digest_of_marked_anew)
        self.screenshots: Mapping[Place, Screenshot] = {}

    def of(self, guide: Guide, step: str, number: int, lang: str, alt: str) -> Drawn | None:
        """The picture of a step, the `number`-th that its reader sees (or ON_PAPER); None where it has none.

        `alt` is what a drawn one shows; that it is drawn is said before it.
        """
        if shot := self.screenshot(guide.id, step, lang):
            digest = self._digest_of_marked(Marked(shot.pixels, shot.tap, number))
            own = (guide.id, step, lang) in self.screenshots
            recipe = Recipe(digest, guide.id, guide.version, step, number, lang, real=True)
            return Drawn(recipe.name, shot.alt if own or not alt else alt)
        picture = guide.steps[step].picture
        if picture is None:
            return None
        digest = self._digest(picture, number, lang)
        recipe = Recipe(digest, guide.id, guide.version, step, number, lang)
        return Drawn(recipe.name, ": ".join(filter(None, (said_of_drawn(self._screens, lang), alt))))

    def on_paper(self, guide: Guide, step: str, lang: str, alt: str) -> OnPaper | None:
        """The picture of a step for paper, where its number stands beside it; None where it has none."""
        drawn, picture = self.of(guide, step, ON_PAPER, lang, alt), guide.steps[step].picture
        if drawn and (shot := self.screenshot(guide.id, step, lang)):
            return OnPaper(drawn, size_of(shot.tap, ON_PAPER))
        return OnPaper(drawn, self._description(picture, ON_PAPER, lang).size) if drawn and picture else None

    def screenshot(self, guide: str, step: str, lang: str) -> Screenshot | None:
        """The screenshot that readers of this language see at a step: their own, else the Vietnamese one."""
        return self.screenshots.get((guide, step, lang)) or self.screenshots.get((guide, step, LANGUAGES[0]))

    def marked(self, recipe: Recipe) -> Marked | None:
        """All that is on a picture that is made of a screenshot; None where today another one stands there, or none."""
        shot = self.screenshot(recipe.guide, recipe.step, recipe.lang)
        if shot is None or not 0 <= recipe.number <= HIGHEST:
            return None
        marked = Marked(shot.pixels, shot.tap, recipe.number)
        return marked if self._digest_of_marked(marked) == recipe.digest else None

    def described(self, recipe: Recipe, guide: Guide | None) -> Description | None:
        """All that is on a drawn picture of this guide; None where today another one stands there, or none."""
        step = guide.steps.get(recipe.step) if guide else None
        if step is None or step.picture is None or not 0 <= recipe.number <= HIGHEST:
            return None
        if self._digest(step.picture, recipe.number, recipe.lang) != recipe.digest:
            return None
        return self._description(step.picture, recipe.number, recipe.lang)

    def _digest_anew(self, picture: Picture, number: int, lang: str) -> str:
        return self._digest_of(encode_description(self._description(picture, number, lang)))

    def _digest_of_marked_anew(self, marked: Marked) -> str:
        return self._digest_of(encode_description(marked))

    def _digest_of(self, described: bytes) -> str:
        return blake2b(described, digest_size=8, key=self._drawing).hexdigest()

    def _description(self, picture: Picture, number: int, lang: str) -> Description:
        return describe(self._screens, picture.app, picture.screen, picture.tap, number, lang)


@cache
def this_drawing() -> str:
    """Stands for the code that draws: another one draws other pictures."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return blake2b(b"".join(file.read_bytes() for file in files), digest_size=8).hexdigest()


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9
