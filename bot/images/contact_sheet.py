"""Contact sheets: all pictures beside each other, to be looked at before residents do."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

from markupsafe import Markup
from msgspec import Struct
from PIL import Image

from bot.content.guide import LANGUAGES, Guide, Picture
from bot.images.canvas import Pen
from bot.images.render import draw, mark
from bot.images.screens import SIZE, Screens, describe
from bot.images.screenshot import Place, Screenshot, ToMark

_ACROSS, _DOWN = 4, 6
_SMALL = (SIZE[0] // 3, SIZE[1] // 3)
_CAPTION = 30
_STYLE = """body { font: 16px/1.4 system-ui, sans-serif; margin: 1rem; }
section { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; width: 360px; } img { width: 100%; border: 1px solid #555; } .fault { color: #8a1111; }"""


class Shown(Struct, frozen=True):
    """A picture on a sheet, PNG or JPEG. `fault` says what an editor should know; empty where all is well."""

    guide: str
    step: str
    lang: str
    alt: str
    fault: str
    picture: bytes
    real: bool = False

    @property
    def caption(self) -> str:
        return f"{self.guide} · {self.step} · {self.lang}{' · screenshot' if self.real else ''}"


def drawn(
    guides: Iterable[Guide], screens: Screens, screenshots: Mapping[Place, tuple[Screenshot, bytes]]
) -> Iterator[Shown]:
    """Every picture of these guides in each language, as residents see it, with the screenshots that are published.

    Steps are numbered as they stand in the file.
    """
    for guide in guides:
        for number, (step, shape) in enumerate(guide.steps.items(), start=1):
            for lang in LANGUAGES:
                real = screenshots.get((guide.id, step, lang)) or screenshots.get((guide.id, step, LANGUAGES[0]))
                if real and real[1]:
                    yield _real(guide, step, number, lang, *real)
                elif shape.picture:
                    yield _drawn(guide, step, number, lang, shape.picture, screens)


def _drawn(guide: Guide, step: str, number: int, lang: str, picture: Picture, screens: Screens) -> Shown:
    description = describe(screens, picture.app, picture.screen, picture.tap, number, lang)
    words = guide.says(lang).steps.get(step)
    fault = screens.fault(picture.app, picture.screen, picture.tap)
    return Shown(guide.id, step, lang, words.alt if words else "", fault, draw(description))


def _real(guide: Guide, step: str, number: int, lang: str, shot: Screenshot, shown: bytes) -> Shown:
    return Shown(guide.id, step, lang, shot.alt, "", mark(ToMark(shown, shot.tap, number)), real=True)


def as_html(pictures: Iterable[Shown]) -> str:
    """One page that needs nothing beside it."""
    body = Markup().join(_figure(picture) for picture in pictures)
    head = Markup('<meta charset="utf-8"><title>Pictures</title><style>{}</style>').format(Markup(_STYLE))  # noqa: S704
    return Markup('<!doctype html><html lang="en">{}<section>{}</section></html>\n').format(head, body)


def _figure(picture: Shown) -> Markup:
    kind, data = "jpeg" if picture.real else "png", b64encode(picture.picture).decode()
    fault = Markup('<br><span class="fault">{}</span>').format(picture.fault) if picture.fault else ""
    return Markup(
        '<figure><img src="data:image/{};base64,{}" alt="{}">'
        "<figcaption><b>{}</b>, {:.0f} KB<br>{}{}</figcaption></figure>"
    ).format(kind, data, picture.alt, picture.caption, len(picture.picture) / 1024, picture.alt, fault)


def as_png(pictures: Sequence[Shown]) -> Iterator[bytes]:
    """Pages of pictures at a third of their size."""
    for start in range(0, len(pictures), _ACROSS * _DOWN):
        page = pictures[start : start + _ACROSS * _DOWN]
        rows = -(-len(page) // _ACROSS)
        sheet = Image.new("RGB", (_ACROSS * (_SMALL[0] + 10), rows * (_SMALL[1] + _CAPTION)), "white")
        for place, picture in enumerate(page):
            left, top = place % _ACROSS * (_SMALL[0] + 10), place // _ACROSS * (_SMALL[1] + _CAPTION)
            sheet.paste(Image.open(BytesIO(picture.picture)).convert("RGB").resize(_SMALL), (left, top + _CAPTION - 4))
            Pen(sheet).text(left / 2, top / 2 + 7, picture.caption, 9, "#14181C", "Regular")
        file = BytesIO()
        sheet.save(file, "PNG")
        yield file.getvalue()
