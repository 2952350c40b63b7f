"""A guide on the two sides of a sheet: what must be there, what may be left out, and in which letters."""

from collections.abc import Iterator
from functools import cache

import pytest
from msgspec.structs import replace
from PIL import ImageFont

from api.guides.font_metrics import letters, width
from api.guides.print_layout import LARGE, SMALL, Paper, fit, laid_out
from api.guides.print_model import Heading, PrintedStep, Printer, Section, Way
from bot.content.guide import LANGUAGES
from bot.images.gallery import Gallery
from tests.setting import content, setting

SHORT = "Mở VNeID."
LONG = "Bấm vào ô có chữ màu xanh ở giữa màn hình, rồi chờ một chút. " * 4


def heading(bring: tuple[str, ...] = ()) -> Heading:
    return Heading("", "Tổ Số", "Thử", "Gọi", "0000", "Quét mã", "Cần mang", bring, "quét mã", "Còn nữa", ("Nhớ nhé.",))


def steps(first: int, count: int, text: str, calm: str = "") -> tuple[PrintedStep, ...]:
    ways = (Way("Xong rồi", "bước\u00a01", 1),)
    return tuple(PrintedStep(number, None, text, calm, ways, ()) for number in range(first, first + count))


@cache
def every_printed() -> tuple[tuple[str, Heading, list[Section], Paper], ...]:
    return tuple(_printed())


def _printed() -> Iterator[tuple[str, Heading, list[Section], Paper]]:
    words, gallery = setting().words, Gallery(content().screens, "one way")
    for guide in (parsed.guide for parsed in content().guides):
        for lang in LANGUAGES:
            titles = {other.guide.id: other.guide.says(lang).title for other in content().guides}
            printer = Printer(guide, lang, words.voice(lang), content().troubles, titles, gallery)
            sections, paper = laid_out(printer)
            yield f"{guide.id} {lang}", printer.heading(), sections, paper


def test_every_guide_has_its_main_path_with_its_words_on_paper_in_large_letters() -> None:
    for name, _, sections, paper in every_printed():
        assert paper.size in LARGE, name
        main = sections[0].steps
        assert {step.number for step in main} <= paper.steps, name
        assert {step.number for step in main if step.calm} <= paper.calm, name


def test_most_of_all_steps_and_pictures_are_on_paper() -> None:
    papers = [(sections, paper) for _, _, sections, paper in every_printed()]
    shown = sum(len(paper.steps) for _, paper in papers)
    assert shown > 0.85 * sum(len(section.steps) for sections, _ in papers for section in sections)


def test_a_short_guide_has_the_largest_letters_and_one_side() -> None:
    assert fit(heading(), [Section("", steps(1, 3, SHORT))]).size == LARGE[0]
    both = fit(heading(), [Section("", steps(1, 3, SHORT)), Section("Nếu không", steps(4, 2, SHORT), 1)])
    assert both.steps == {1, 2, 3, 4, 5}


def test_letters_are_smaller_where_there_is_more_to_say() -> None:
    sizes = [fit(heading(), [Section("", steps(1, count, LONG))]).size for count in (2, 12, 16, 21, 26)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == LARGE[0]
    assert sizes[-1] in SMALL


def test_branches_are_left_out_before_letters_are_small_and_a_shorter_one_takes_the_room() -> None:
    sections = [
        Section("", steps(1, 10, LONG)),
        Section("Nếu dài", steps(11, 9, LONG), 1),
        Section("Nếu ngắn", steps(20, 2, SHORT), 1),
    ]
    paper = fit(heading(), sections)
    assert paper.size == LARGE[-1]
    assert paper.steps == {*range(1, 11), 20, 21}


def test_what_most_choices_lead_to_is_not_left_out_and_nothing_follows_from_what_is() -> None:
    person = Way("Tôi ra phường", "bước\u00a031", 31)
    often = tuple(replace(step, ways=(person,)) for step in steps(1, 9, LONG))
    sections = [
        Section("", often),
        Section("Nếu dài", steps(10, 20, LONG), 1),
        Section("Nếu từ chỗ dài", steps(30, 1, SHORT), 10),
        Section("Nếu ra phường", steps(31, 1, LONG), 1),
    ]
    assert fit(heading(), sections).steps == {*range(1, 10), 31}


def test_every_branch_on_paper_begins_at_a_step_that_is_there() -> None:
    for name, _, sections, paper in every_printed():
        for section in sections[1:]:
            assert section.steps[0].number not in paper.steps or section.lead in paper.steps, name


def test_steps_on_paper_are_numbered_through_and_what_leads_to_one_finds_it_there() -> None:
    for name, _, sections, paper in every_printed():
        assert paper.steps == {*range(1, len(paper.steps) + 1)}, name
        steps = {step.number: step for section in sections for step in section.steps}
        told = {(number, steps[number].troubles[place].label) for number, place in paper.troubles}
        shown = [steps[number].troubles[place] for number, place in paper.troubles]
        assert {(one.at, one.label) for one in shown if one.at} <= told, name
        assert {number for number, _ in told} <= paper.steps, name


def test_calm_words_of_the_main_path_stay() -> None:
    sections = [Section("", steps(1, 8, LONG, "Cứ từ từ.")), Section("Nếu dài", steps(9, 12, LONG, "Không sao."), 1)]
    paper = fit(heading(), sections)
    assert paper.calm >= set(range(1, 9))
    assert paper.joined


def test_lists_take_a_line_for_each_thing_also_where_lines_are_joined() -> None:
    def left(text: str) -> int:
        long = Section("Nếu dài", steps(20, 1, LONG), 1)
        return max(
            count for count in range(1, 30) if fit(heading(), [Section("", steps(1, count, text)), long]).size > 13
        )

    assert left("Để sẵn: nón. Kính. Gậy.") > left("Để sẵn:\n– nón\n– kính\n– gậy")


def test_what_to_bring_takes_room() -> None:
    sections = [Section("", steps(1, 10, LONG))]
    sizes = [fit(heading(bring), sections).size for bring in ((), (LONG, LONG, LONG))]
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize(("bold", "file"), [(False, 0), (True, 1)])
def test_letters_are_as_wide_as_we_reckon(bold: bool, file: int) -> None:
    font = ImageFont.truetype(str(letters()[file]), 1000, layout_engine=ImageFont.Layout.BASIC)
    for letter in _written():
        real = font.getlength(letter) / 1000
        assert real <= width(letter, bold) <= real + 0.021, letter


def test_slanted_letters_are_no_wider_than_upright_ones() -> None:
    font = ImageFont.truetype(str(letters()[2]), 1000, layout_engine=ImageFont.Layout.BASIC)
    for _, _, sections, _ in every_printed():
        for step in (step for section in sections for step in section.steps):
            assert font.getlength(step.calm) / 1000 <= width(step.calm, False), step.calm


def _written() -> set[str]:
    """Every letter of every guide."""
    found: set[str] = set()
    for _, said, sections, _ in every_printed():
        found.update(said.title, *said.bring, *said.foot)
        for step in (step for section in sections for step in section.steps):
            found.update(step.text, *(way.label + way.where for way in step.ways))
            found.update(*(trouble.label + trouble.say for trouble in step.troubles))
    return found - {"\n"}
