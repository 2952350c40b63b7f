"""Pictures of steps: what is on them, whether old eyes can read it, and whether they stay small."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import get_args

import pytest
from msgspec.structs import replace
from PIL import Image
from typing_extensions import override

from bot.content.checks.guide import check
from bot.content.guide import LANGUAGES, Guide, Picture, Step, StepWords, Words
from bot.content.schema import parse
from bot.errors import ContentWrong
from bot.images.canvas import FINE, ICONS, ON_PICTURES, RING, SCREEN, Pen, Weight, contrast, font
from bot.images.gallery import Gallery, Recipe
from bot.images.render import DRAWN, NOTE_HEIGHT, draw, lay_out, near, plan
from bot.images.screens import (
    CUTOUT,
    NO_TAP,
    ON_PAPER,
    SIZE,
    STRIP,
    TAP_ICON,
    Control,
    Description,
    IconKind,
    Kind,
    Label,
    Screens,
    describe,
    read_screens,
)
from bot.images.widgets import RIGHT, SIGNS, sign_font
from bot.model import Drawn
from bot.nlu.normalise import fold
from tests.setting import content
from tests.test_checks import GOOD, known

MOST_BYTES = 80_000
SMALLEST_TEXT = 40
LOWEST_CONTRAST = 4.5
_SHOWN = re.compile(r"(?i)\bhai ô|bốn góc|ô số tờ|^two (?:empty )?boxes|four corners|plot and sheet")
_SIGN = re.compile(r"^(?:Bấm hình|Tap the (?:sign|camera|video))")
_NAMED = re.compile("«([^»]+)»")
LOGIN = ("VNeID", "login", "Đăng nhập")


def screens() -> Screens:
    return content().screens


def every_picture() -> Iterator[Description]:
    return (shown for shown, _ in pictures_of_steps())


def pictures_of_steps() -> Iterator[tuple[Description, str]]:
    """Each with what its step says."""
    for guide in (parsed.guide for parsed in content().guides):
        for number, (name, step) in enumerate(guide.steps.items(), start=1):
            if shown := step.picture:
                for lang in LANGUAGES:
                    described = describe(screens(), shown.app, shown.screen, shown.tap, number, lang)
                    yield described, guide.says(lang).steps[name].text


class Reader(Pen):
    """Reads what is written instead of drawing it: where each line ends, and how large it is."""

    def __init__(self) -> None:
        super().__init__(None)
        self.sizes: set[int] = set()
        self.reach = 0.0

    @override
    def text(self, x: float, y: float, text: str, size: int, colour: str, weight: Weight, anchor: str = "lm") -> bool:
        self.sizes.add(size)
        width = font(size, weight).getlength(text) / FINE
        self.reach = max(self.reach, x + {"l": width, "m": width / 2, "r": 0}[anchor[0]])
        return True


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_control_is_drawn_small_and_the_same_each_time(kind: Kind) -> None:
    controls = (Control(kind, Label("Giấy phép lái xe", "Driving licence")),)
    shown = Description(
        Label("VNeID"), "#8C1A1D", "app", "", Label("Ví giấy tờ"), None, controls, 0, 12, "Hình minh họa"
    )
    picture = draw(shown)
    image = Image.open(BytesIO(picture))
    assert (image.format, image.size) == ("PNG", SIZE)
    assert 2_000 < len(picture) < MOST_BYTES
    assert draw(shown) == picture


def test_every_control_and_sign_that_can_be_written_can_be_drawn() -> None:
    assert {*DRAWN, "tile"} == set(get_args(Kind))
    assert set(ICONS) == set(get_args(IconKind))


def test_the_fullest_pictures_are_small() -> None:
    fullest = sorted(every_picture(), key=lambda shown: sum(len(each.label.vi) for each in shown.controls))[-4:]
    assert all(len(draw(shown)) < MOST_BYTES for shown in fullest)


def test_what_is_tapped_is_in_sight_on_every_picture() -> None:
    for shown in every_picture():
        planned = plan(shown)
        if shown.tap == NO_TAP:
            assert planned.tapped is None
            continue
        assert planned.tapped is not None
        left, top, right, end = planned.tapped
        assert 0 < left < right < SIZE[0]
        assert top >= (planned.below if shown.tap >= 0 else 0), shown
        assert end <= SIZE[1] - 20, shown


def test_paper_shows_what_is_near_the_finger() -> None:
    kinds: dict[object, Description] = {}
    for shown in every_picture():
        near = replace(shown, number=ON_PAPER)
        kinds.setdefault(near.controls[near.tap].kind if near.tap >= 0 else near.tap, near)
        if near.size == STRIP:
            tapped = plan(near).tapped
            assert tapped
            assert tapped[3] - tapped[1] <= STRIP[1] - 24, near
    assert {near.size for near in kinds.values()} == {SIZE, STRIP, CUTOUT}
    for near in kinds.values():
        picture = Image.open(BytesIO(draw(near))).convert("RGB")
        assert picture.size == near.size
        ring = tuple(bytes.fromhex(RING[1:]))
        assert near.tap == NO_TAP or any(colour == ring for _, colour in picture.getcolors(100) or ())


def test_what_is_tapped_stands_whole_above_the_note_on_paper() -> None:
    for shown in every_picture():
        cut = replace(shown, number=ON_PAPER)
        tapped = plan(cut).tapped
        note = NOTE_HEIGHT if cut.size == CUTOUT else 0
        if tapped and cut.size != SIZE:
            left, top, right, end = (each / FINE for each in near((cut.size[0], cut.size[1] - note), tapped))
            assert left <= tapped[0] < tapped[2] <= right, cut
            assert top <= tapped[1] < tapped[3] <= end, cut


@pytest.mark.parametrize("paper", [False, True], ids=["chat", "paper"])
def test_what_a_step_names_is_whole_where_its_picture_shows_it(paper: bool) -> None:
    seen = 0
    for shown, text in pictures_of_steps():
        cut = replace(shown, number=ON_PAPER if paper else 1)
        planned = plan(cut)
        left, top, right, end = 0.0, 0.0, *map(float, SIZE)
        if planned.tapped and cut.size != SIZE:
            note = NOTE_HEIGHT if cut.size == CUTOUT else 0
            left, top, right, end = (each / FINE for each in near((cut.size[0], cut.size[1] - note), planned.tapped))
        for control, box in zip(cut.controls, lay_out(Pen(None), cut.controls, planned.below + 22), strict=True):
            if fold(control.label.vi) in {fold(name) for name in _NAMED.findall(text)}:
                seen += 1
                assert left <= box[0] < box[2] <= right, (cut.title, text)
                assert max(top, planned.below) <= box[1] - planned.moved, (cut.title, text)
                assert box[3] - planned.moved <= end, (cut.title, text)
    assert seen > 250


def test_boxes_and_papers_that_a_picture_is_said_to_show_are_whole_on_it() -> None:
    seen = 0
    for guide in (parsed.guide for parsed in content().guides):
        for name, step in guide.steps.items():
            for lang in LANGUAGES if step.picture else ():
                words = guide.says(lang).steps[name]
                if not step.picture or not _SHOWN.search(words.alt):
                    continue
                shown = describe(screens(), step.picture.app, step.picture.screen, step.picture.tap, 1, lang)
                planned, seen = plan(shown), seen + 1
                for control, box in zip(
                    shown.controls, lay_out(Pen(None), shown.controls, planned.below + 22), strict=True
                ):
                    if control.kind in {"field", "paper"}:
                        assert planned.below <= box[1] - planned.moved, (guide.id, name, lang)
                        assert box[3] - planned.moved <= SIZE[1], (guide.id, name, lang)
    assert seen > 20


def test_a_tile_carries_the_sign_that_its_step_describes() -> None:
    seen = 0
    for shown, text in pictures_of_steps():
        if shown.tap >= 0 and shown.controls[shown.tap].kind == "tile" and _SIGN.search(text):
            seen += 1
            label = shown.controls[shown.tap].label.vi
            assert SIGNS.get(label), (label, text)
    assert seen > 3


def test_no_picture_shows_a_phone_cut_off_from_all_networks() -> None:
    for _, _, label in screens().texts:
        assert fold(label.vi) != "che do may bay"


def test_every_drawn_picture_says_that_it_is_no_screenshot() -> None:
    for lang, note in (("vi", "Hình minh họa"), ("en", "Illustration")):
        for number in (3, ON_PAPER):
            shown = describe(screens(), *LOGIN, number, lang)
            assert shown.drawn == note
            assert draw(shown) != draw(replace(shown, drawn=""))


def test_tiles_carry_the_signs_that_guides_speak_of() -> None:
    triangle, blue = ("#00A0FF", "#00C853", "#E53935", "#F9A825"), "#0A6CE0"
    assert all(_shows("CH Play", colour) for colour in triangle)
    assert not any(_shows("Cửa hàng", colour) for colour in (*triangle, blue))
    assert _shows("App Store", blue)


def _shows(tile: str, colour: str) -> bool:
    """Whether a tile is drawn in this colour, or very nearly: a picture has but few."""
    shown = replace(describe(screens(), "Điện thoại", "home", "", 1, "vi"), controls=(Control("tile", Label(tile)),))
    wanted = bytes.fromhex(colour[1:])
    pixels = Image.open(BytesIO(draw(shown))).convert("RGB").tobytes()
    seen = {pixels[at : at + 3] for at in range(0, len(pixels), 3)}
    return any(max(abs(a - b) for a, b in zip(each, wanted, strict=True)) < 24 for each in seen)


def test_every_sign_is_in_its_typeface_and_on_a_tile() -> None:
    labels = {label.vi for _, _, label in screens().texts}
    for label, sign in SIGNS.items():
        assert label in labels, label
        if sign.letter:
            nothing = sign_font(sign.face, 48).getmask("\U0010ffff")
            assert bytes(sign_font(sign.face, 48).getmask(sign.letter)) != bytes(nothing), label


def test_words_are_large_and_end_on_the_screen() -> None:
    for shown in every_picture():
        reader = Reader()
        lay_out(reader, shown.controls, 0)
        assert min(reader.sizes, default=SMALLEST_TEXT) >= SMALLEST_TEXT, shown
        assert reader.reach <= RIGHT + 10, shown


def test_what_stands_on_what_can_be_told_apart() -> None:
    bars = [(SCREEN, screens().app(app).bar) for app in screens().names]
    assert len(bars) > 5
    for ink, ground in (*ON_PICTURES, *bars):
        assert contrast(ink, ground) >= LOWEST_CONTRAST, (ink, ground)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


def test_the_typeface_has_every_letter_of_the_screens() -> None:
    nothing = font(48, "Regular").getmask("\U0010ffff").getbbox()
    letters = {letter for shown in every_picture() for each in shown.controls for letter in each.label.vi}
    for letter in letters | set("ăâđêôơưẵặẫậễệỗộỡợữựỹỵ") - {" "}:
        mask = font(48, "Regular").getmask(letter)
        assert letter == " " or mask.getbbox() != nothing, letter


def test_english_stands_below_what_is_on_the_phone_and_vietnamese_stands_alone() -> None:
    vietnamese, english = (describe(screens(), *LOGIN, 3, lang) for lang in LANGUAGES)
    assert [each.label.vi for each in vietnamese.controls] == [each.label.vi for each in english.controls]
    assert not any(each.label.en for each in vietnamese.controls)
    assert english.controls[english.tap].label == Label("Đăng nhập", "Log in")


def test_a_screen_that_nobody_described_shows_what_to_tap() -> None:
    shown = describe(screens(), "Ứng dụng mới", "strange", "Bấm vào đây", 1, "vi")
    assert shown.controls[shown.tap].label.vi == "Bấm vào đây"
    assert describe(screens(), "Ứng dụng mới", "strange", "", 1, "vi").tap == NO_TAP


def test_a_browser_shows_the_address_that_is_tapped_and_no_other() -> None:
    def site(tap: str) -> str:
        return describe(screens(), "Trình duyệt", "address", tap, 1, "vi").site

    assert (site("vneid.gov.vn"), site("dichvucong.gov.vn"), site("")) == (
        "vneid.gov.vn",
        "dichvucong.gov.vn",
        "Ô địa chỉ",
    )
    assert screens().fault("Trình duyệt", "address", "vneid.gov.vn") == ""


def test_an_app_has_the_screens_of_all_apps() -> None:
    assert [each.kind for each in describe(screens(), "iHanoi", "otp", "", 1, "vi").controls][1] == "code"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("screen: login, tap: Đăng nhập", ""),
        ("screen: login, tap: dang nhap", ""),
        ("screen: logn, tap: Đăng nhập", 'has no screen "logn" to draw; a plain one is shown. Did you mean "login"?'),
        ("screen: login, tap: Đăng nhâp ngay", 'is no control of screen "login".* Did you mean "Đăng nhập"'),
        ("screen: home, tap: kính lúp", ""),
    ],
)
def test_a_screen_that_cannot_be_drawn_is_published_and_a_tap_that_is_not_on_it_is_not(
    written: str, fault: str
) -> None:
    picture = f'TEXT\n    picture: {{app: VNeID, {written}, alt: "Nút được khoanh tròn."}}'
    text = GOOD.replace("TEXT", picture.replace("TEXT", "Bấm đi."))
    found = [one for one in check(parse("good.yaml", text, {}), known()) if one.line == 12]
    assert any(one.blocking for one in found) == ("no control" in fault)
    messages = " ".join(one.message for one in found)
    assert bool(messages) == bool(fault)
    assert re.search(fault, messages)


def test_screens_are_refused_in_the_words_of_editors() -> None:
    two = "A:\n  screens:\n    one:\n      controls:\n        - {button: Gửi, row: Gửi}\n"
    with pytest.raises(ContentWrong, match=r"s\.yaml:5: a control is one kind with its words"):
        read_screens([("s.yaml", two)])
    with pytest.raises(ContentWrong, match=r't\.yaml:1: "A" is described twice'):
        read_screens([("s.yaml", "A: {}"), ("t.yaml", "A: {}")])


def guide(tap: str = "Đăng nhập") -> Guide:
    steps = {"một hai": Step(picture=Picture("VNeID", "login", tap), end="done"), "bare": Step(end="done")}
    words = {"vi": Words("T", {name: StepWords("Bấm.") for name in steps})}
    checked = content().guides[0].guide.checked
    return Guide(
        id="g", version=3, topic="t", start="bare", steps=steps, words=words, checked=checked, review_by=date.max
    )


def recipe_of(drawn: Drawn | None) -> Recipe:
    assert drawn is not None
    recipe = Recipe.read(drawn.name)
    assert recipe is not None
    assert recipe.name == drawn.name
    return recipe


def test_a_name_leads_back_to_exactly_its_picture() -> None:
    gallery = Gallery(screens(), "one way")
    recipe = recipe_of(gallery.of(guide(), "một hai", 4, "en", "alt"))
    assert gallery.described(recipe, guide()) == describe(screens(), *LOGIN, 4, "en")
    assert gallery.described(recipe, guide("Quên mật khẩu")) is None
    assert gallery.described(recipe, None) is None
    assert gallery.of(guide(), "bare", 1, "vi", "") is None


def test_whatever_is_different_has_another_name() -> None:
    gallery, other = Gallery(screens(), "one way"), Gallery(screens(), "another way")
    asked = [(guide(), 1, "vi"), (guide(), 2, "vi"), (guide(), 1, "en"), (guide("Quên mật khẩu"), 1, "vi")]
    digests = {recipe_of(gallery.of(each, "một hai", number, lang, "")).digest for each, number, lang in asked}
    digests.add(recipe_of(other.of(guide(), "một hai", 1, "vi", "")).digest)
    assert len(digests) == 5


@pytest.mark.parametrize("name", ["", "a", "a/b/1/c/1/fr", "a/b/x/c/1/vi", "a/b/1/c/1/vi/more", "a/b/1/c/-1/vi"])
def test_what_is_no_name_is_none(name: str) -> None:
    assert Recipe.read(name) is None


def test_a_line_of_words_that_would_be_cut_through_is_left_out() -> None:
    side, above, below = (20.0, 0.0, 200.0, 60.0), (0.0, 20.0, 200.0, 60.0), (0.0, 0.0, 200.0, 40.0)
    for y, seen in ((-2, None), (30, None), (54, None), (30, side), (30, above), (30, below), (30, (0, 0, 90, 60))):
        image = Image.new("RGB", (400, 120), SCREEN)
        Pen(image, 0, seen).text(10, y, "Mật khẩu", 40, "#000000", "Regular")
        assert (image.getcolors() == [(400 * 120, (255, 255, 255))]) == (y != 30 or seen is not None), (y, seen)


def test_no_words_are_cut_through_where_a_screen_goes_on_above() -> None:
    shown = describe(screens(), "Cổng Dịch vụ công", "place", "Phường, xã", 1, "en")
    planned = plan(shown)
    city = lay_out(Pen(None), shown.controls, planned.below + 22)[0]
    assert city[1] - planned.moved < planned.below < city[3] - planned.moved
    others = (Control("field", Label("Tên khác", shown.controls[0].label.en)), *shown.controls[1:])
    assert draw(replace(shown, controls=others)) == draw(shown)


def test_a_tile_of_which_paper_shows_a_part_has_none_of_its_words() -> None:
    shown = describe(screens(), "VNeID", "home", "Ví giấy tờ", ON_PAPER, "vi")
    before, beside, after = shown.controls[:2], shown.controls[2], shown.controls[3:]
    assert beside.kind == "tile"
    pictures = {
        draw(replace(shown, controls=(*before, Control("tile", Label(words)), *after)))
        for words in ("Tờ khai hộ chiếu", "Tờ khai nhà đất")  # two lines each, below the same letter
    }
    assert len(pictures) == 1


def test_the_ring_covers_no_words_above_or_below_what_is_tapped() -> None:
    for shown in every_picture():
        planned = plan(shown)
        if planned.tapped is None or shown.tap < 0 or shown.controls[shown.tap].kind == "shutter":
            continue
        boxes = lay_out(Pen(None), shown.controls, planned.below + 22)
        _, top, _, end = boxes[shown.tap]
        for box in boxes:
            assert box[3] <= top - 24 or box[1] >= end + 24 or box[1] == top, (shown.title, shown.tap)


def test_what_is_tapped_has_the_sign_that_its_step_names() -> None:
    seen = 0
    for shown, text in pictures_of_steps():
        for name, kinds in _NAMES_OF_SIGNS.items():
            if re.search(name, text) and shown.tap != NO_TAP:
                seen += 1
                assert _sign_of(shown) in kinds, (text, _sign_of(shown))
    assert seen > 15


_NAMES_OF_SIGNS = {
    "hình bánh răng": {"gear", "Cài đặt"},
    "ba gạch": {"bars"},
    "three bars": {"bars"},
    "thùng rác": {"bin"},
    "hình máy quay": {"video", "Máy quay đã tắt"},
    "máy ảnh có mũi tên vòng": {"Đổi máy quay"},
    "hình mã vuông": {"qr"},
    "(?<!thì )[Bb]ấm hình kính lúp": {"magnifier", "search", "Tìm kiếm"},
    "magnifying glass at the": {"magnifier", "Tìm kiếm"},
}


def _sign_of(shown: Description) -> str:
    """The sign in the bar; of a tile its words; else the kind of the control."""
    if shown.tap == TAP_ICON:
        return shown.icon.kind if shown.icon else ""
    control = shown.controls[shown.tap]
    return control.label.vi if control.kind == "tile" else control.kind


def test_what_is_tapped_is_where_its_step_says() -> None:
    upper = lower = 0
    for shown, text in pictures_of_steps():
        tapped = plan(shown).tapped
        if tapped and "bấm" in text.lower() and "góc trên" in text:
            upper += 1
            assert tapped[1] < SIZE[1] / 2, text
        if tapped and "cuối màn hình" in text:
            lower += 1
            assert tapped[1] > SIZE[1] / 2, text
    assert upper > 10
    assert lower


def test_the_amount_that_a_picture_is_said_to_show_is_whole_on_it() -> None:
    seen = 0
    for guide in (parsed.guide for parsed in content().guides):
        for name, step in guide.steps.items():
            for lang in LANGUAGES:
                if not step.picture or "số tiền" not in guide.says("vi").steps[name].alt:
                    continue
                shown = describe(screens(), step.picture.app, step.picture.screen, step.picture.tap, 1, lang)
                planned = plan(shown)
                places = zip(shown.controls, lay_out(Pen(None), shown.controls, planned.below + 22), strict=True)
                amounts = [box for control, box in places if control.kind == "money"]
                assert amounts, (guide.id, name)
                for amount in amounts:
                    seen += 1
                    assert planned.below <= amount[1] - planned.moved, (guide.id, name, lang)
                    assert amount[3] - planned.moved <= SIZE[1], (guide.id, name, lang)
    assert seen > 20


def test_english_on_a_picture_says_what_its_step_says() -> None:
    seen = 0
    for guide in (parsed.guide for parsed in content().guides):
        for name, step in guide.steps.items():
            if not step.picture or not (found := screens().find(step.picture.app, step.picture.screen)):
                continue
            labels = [*(control.label for control in found.controls), *([found.icon.label] if found.icon else [])]
            on_screen = {fold(label.vi): label.en for label in labels}
            for vi, said in _SAID_IN_ENGLISH.findall(guide.says("en").steps[name].text):
                if drawn := on_screen.get(fold(vi)):
                    seen += 1
                    one, other = ({*text.lower().split()} for text in (said, drawn))
                    assert one <= other or other <= one, (guide.id, name, vi, said, drawn)
    assert seen > 80


_SAID_IN_ENGLISH = re.compile(r"«([^»]+)» \(([^)]+)\)")


def test_the_star_at_a_box_that_must_be_filled_in_is_red() -> None:
    shown = describe(screens(), "Cổng Dịch vụ công", "form", "", 1, "vi")
    assert shown.tap == NO_TAP
    pixels = Image.open(BytesIO(draw(shown))).convert("RGB").tobytes()
    seen = {pixels[at : at + 3] for at in range(0, len(pixels), 3)}
    assert any(red > 180 and green < 60 and blue < 60 for red, green, blue in seen)


def test_no_star_stands_alone_where_its_words_would_be_cut_through() -> None:
    shown = describe(screens(), "Cổng Dịch vụ công", "form", "", 1, "en")
    address = lay_out(Pen(None), shown.controls, plan(shown).below + 22)[2]
    assert address[1] < SIZE[1] < address[1] + 60
    without = (*shown.controls[:2], Control("field", Label("Địa chỉ", shown.controls[2].label.en)), *shown.controls[3:])
    assert draw(replace(shown, controls=without)) == draw(shown)
