"""Two choices of a question that were swapped are seen by what they have in common with their steps."""

import random

import pytest

from bot.content.checks.claims import CROSSINGS
from tests.mutations import Checker, swap_choices


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("tam-tru", "Chủ nhà không chịu, go: refuse}", "Chủ nhà không chịu, go: open}"),
        ("doi-gplx", "Báo chưa hợp lệ, go: fix}", "Báo chưa hợp lệ, go: pay}"),
        ("tam-tru", "Gia hạn trên VNeID, go: renew_open}", "Gia hạn trên VNeID, go: counter}"),
    ],
)
def test_choices_that_lead_where_the_other_one_should_are_told(
    checker: Checker, name: str, one: str, other: str
) -> None:
    vi, en = checker.texts[name]
    back = other.rpartition(" ")[2], one.rpartition(" ")[2]
    block = next(part for part in vi.split("\n\n") if one in part)
    lied = block.replace(one, "\0").replace(f"go: {back[0]}", f"go: {back[1]}").replace("\0", other)
    told = [finding.message for finding in checker.findings(name, (vi.replace(block, lied), en))]
    assert [message for message in told if "they look swapped" in message and CROSSINGS.name in message]


def test_most_swaps_are_seen(checker: Checker) -> None:
    rng = random.Random(11)
    told = seen = 0
    for name in checker.names:
        if lie := swap_choices(rng, *checker.texts[name]):
            told, seen = told + 1, seen + checker.sees(name, lie)[0]
    assert seen >= 0.6 * told
