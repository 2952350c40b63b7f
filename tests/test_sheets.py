"""The sheets of a guide that branches at its beginning: all of it is on them, in an order that can be walked."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from api.guides.print_layout import LARGE, SIDES, SMALL
from api.guides.print_model import Printer
from api.guides.sheets import Sheet, sheets
from bot.content.guide import ENDS, LANGUAGES, Guide, other_guide
from bot.images.gallery import Gallery
from tests.setting import content, setting

_HERE = re.compile(r"Tổ Số (vẫn )?ở đây|\bI am (still )?here\b")


@cache
def every_guide() -> tuple[tuple[str, Guide, list[Sheet]], ...]:
    return tuple(_all())


def _all() -> Iterator[tuple[str, Guide, list[Sheet]]]:
    words, gallery = setting().words, Gallery(content().screens, "one way")
    guides = [parsed.guide for parsed in content().guides]
    for guide in guides:
        for lang in LANGUAGES:
            titles = {other.id: other.says(lang).title for other in guides}
            printer = Printer(guide, lang, words.voice(lang), content().troubles, titles, gallery)
            yield f"{guide.id} {lang}", guide, sheets(guide, printer)


def steps_of(sheet: Sheet) -> list[str]:
    return [step for _, path in sheet.paths for step in path]


def test_a_guide_that_branches_at_its_beginning_has_sheets_and_every_step_is_on_one() -> None:
    for name, guide, hung in every_guide():
        begins = {to for to in guide.steps[guide.start].choices.values() if to in guide.steps}
        assert bool(hung) == (len(begins) > 1), name
        assert begins <= {sheet.start for sheet in hung} or not hung, name
        on = {step for sheet in hung for step in steps_of(sheet)}
        assert on == guide.steps.keys() - {guide.start} or not hung, name


def test_each_order_is_a_walk_from_the_choice_and_each_branch_begins_at_a_step_above_it() -> None:
    for name, guide, hung in every_guide():
        for sheet in hung:
            where = f"{name} {sheet.start}"
            before: set[str] = set()
            for lead, path in sheet.paths:
                step, _, choice = lead.partition("/")
                assert path[0] == (guide.steps[step].choices[choice] if lead else sheet.start), where
                assert not lead or step in before, where
                for here, then in pairwise(path):
                    assert then in guide.steps[here].targets, where
                before.update(path)
            assert len(steps_of(sheet)) == len(before), where


def test_whatever_a_step_leads_to_is_on_its_sheet_or_begins_another_and_never_both() -> None:
    for name, guide, hung in every_guide():
        begins = {sheet.start for sheet in hung}
        known = begins | {guide.start, *ENDS}
        for sheet in hung:
            assert begins & {*steps_of(sheet)} == {sheet.start}, name
            for step in steps_of(sheet):
                for to in guide.steps[step].targets:
                    assert to in known or to in steps_of(sheet) or other_guide(to)[0], f"{name} {step} {to}"


def test_nothing_of_a_sheet_is_left_out_and_each_choice_is_a_line_or_a_title_or_the_next_number() -> None:
    for name, guide, hung in every_guide():
        for sheet in hung:
            where, steps = f"{name} {sheet.start}", [step for section in sheet.sections for step in section.steps]
            assert [step.number for step in steps] == [*range(1, len(steps) + 1)], where
            assert sheet.paper.steps == {step.number for step in steps}, where
            assert sheet.paper.calm == {step.number for step in steps if step.calm}, where
            assert len(sheet.paper.troubles) == sum(len(step.troubles) for step in steps), where
            titles, after = (
                {lead for lead, _ in sheet.paths},
                dict(one for _, path in sheet.paths for one in pairwise(path)),
            )
            for step, printed in zip(steps_of(sheet), steps, strict=True):
                choices = guide.steps[step].choices
                titled = {choice for choice in choices if f"{step}/{choice}" in titles}
                follows = {choice for choice, to in choices.items() if choice == "next" and after.get(step) == to}
                assert len(printed.ways) >= len(choices.keys() - titled - follows), where


def test_each_sheet_of_a_danger_is_one_side_and_begins_with_whom_to_call() -> None:
    for name, guide, hung in every_guide():
        for sheet in hung if guide.steps[guide.start].bare else ():
            assert sheet.paper.sides == 1, f"{name} {sheet.start}"
            assert sheet.paper.ahead == guide.steps[sheet.start].bare, f"{name} {sheet.start}"


def test_a_sheet_has_two_sides_only_where_no_choice_parts_it() -> None:
    for name, guide, hung in every_guide():
        led = {to for step in guide.steps.values() for to in step.choices.values()}
        for sheet in hung:
            assert sheet.paper.size in LARGE + SMALL, name
            if sheet.paper.sides > 1:
                assert sheet.paper.sides <= SIDES, name
                assert not led & {*steps_of(sheet)[1:]}, f"{name} {sheet.start}"


def test_a_list_of_sheets_names_all_banks_that_a_sheet_begins_with_and_not_one_alone() -> None:
    for name, _, hung in every_guide():
        if name.startswith("lua-dao"):
            line = next(sheet.first_line for sheet in hung if sheet.start == "money_gone")
            assert all(bank in line for bank in ("BIDV", "Agribank", "VietinBank", "Vietcombank")), line
            assert "113." in next(sheet.first_line for sheet in hung if sheet.start == "access_given")


def test_no_sheet_says_that_somebody_is_here_who_is_not_in_the_paper() -> None:
    for name, guide, hung in every_guide():
        voice, begin = setting().words.voice(lang := name.split()[1]), guide.steps[guide.start]
        printed = [step for sheet in hung for section in sheet.sections for step in section.steps]
        said = [text for step in printed for text in (step.text, step.calm)]
        said += [voice.render(guide.says(lang).steps[guide.start].text)] if hung and begin.bare else []
        assert not [text for text in said if _HERE.search(text)], name
