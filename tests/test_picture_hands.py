"""The hand on a picture points, and leaves the words of what it points at to be read; among tiles, all words."""

from collections.abc import Iterator

import pytest
from PIL import Image
from typing_extensions import override

from bot.content.guide import LANGUAGES
from bot.images.canvas import FINE, Box, Pen, Weight, font
from bot.images.render import icon_of_tile, lay_out, plan, point
from bot.images.screens import SIZE, TAP_ICON, Description, describe
from tests.test_pictures import every_picture, screens


class Words(Pen):
    """Notes where words stand instead of drawing them."""

    def __init__(self) -> None:
        super().__init__(None)
        self.boxes: list[Box] = []

    @override
    def text(self, x: float, y: float, text: str, size: int, colour: str, weight: Weight, anchor: str = "lm") -> bool:
        left, top, right, end = (edge / FINE for edge in font(size, weight).getbbox(text, anchor=anchor))
        self.boxes.append((x + left, y + top, x + right, y + end))
        return True


def tapped_pictures() -> Iterator[Description]:
    """One of each screen and what is tapped on it, in each language."""
    alike = {(shown.controls, shown.tap): shown for shown in every_picture() if shown.tap >= 0}
    return iter(alike.values())


def every_tile() -> Iterator[Description]:
    """Every tile of every screen, whether a guide has it tapped or not."""
    for app in screens().names:
        for name, screen in screens().app(app).screens.items():
            for control in screen.controls:
                if control.kind == "tile":
                    for lang in LANGUAGES:
                        yield describe(screens(), app, name, control.label.vi, 1, lang)


def words_below_the_hand(shown: Description, *, only_its_own: bool = False) -> list[Box]:
    """Boxes of words of the screen that the hand lies on."""
    planned, below = plan(shown), Words()
    boxes = lay_out(below, shown.controls, planned.below + 22)
    assert planned.tapped
    image = Image.new("L", (SIZE[0] * FINE, SIZE[1] * FINE))
    point(image, shown, planned.tapped)
    asked = _inside(boxes[shown.tap], below.boxes) if only_its_own else below.boxes
    assert asked or shown.controls[shown.tap].kind == "shutter"
    return [box for box in asked if box[1] >= planned.moved + planned.below and _covered(image, box, planned.moved)]


def _inside(outer: Box, boxes: list[Box]) -> list[Box]:
    left, top, right, end = outer
    return [box for box in boxes if left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= end]


def _covered(image: Image.Image, box: Box, moved: float) -> bool:
    left, top, right, end = (round(edge * FINE) for edge in box)
    up = round(moved * FINE)
    return image.crop((left, top - up, right, end - up)).getbbox() is not None


def test_the_hand_never_lies_on_the_words_of_what_is_tapped() -> None:
    shown = list(tapped_pictures())
    assert len(shown) > 100
    assert not [each for each in shown if words_below_the_hand(each, only_its_own=True)]


def test_among_tiles_it_lies_on_nobodys_words() -> None:
    tiles = list(every_tile())
    assert len(tiles) > 50
    assert not [each for each in tiles if words_below_the_hand(each)]


def test_on_a_sign_in_the_bar_it_lies_on_nobodys_words() -> None:
    alike = {(shown.app, shown.controls): shown for shown in every_picture() if shown.tap == TAP_ICON}
    assert len(alike) > 5
    assert not [each for each in alike.values() if words_below_the_hand(each)]


@pytest.mark.parametrize("place", range(3))
def test_it_touches_the_sign_of_its_tile_and_no_other(place: int) -> None:
    shown = next(each for each in every_tile() if each.tap == place)
    boxes = lay_out(Pen(None), shown.controls, plan(shown).below + 22)
    image = Image.new("L", (SIZE[0] * FINE, SIZE[1] * FINE))
    point(image, shown, boxes[place])
    tiles = [at for at, control in enumerate(shown.controls) if control.kind == "tile"]
    assert [at for at in tiles if _covered(image, icon_of_tile(boxes[at]), 0)] == [place]
