"""A lie in one copy of the facts is seen in the other: figures, units, languages, marks, sources and days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from bot.content import yaml as yaml_lines
from bot.content.checks.second_copy import FILE, copy_findings, read_second
from bot.content.checks.translations import plain_value, quantities
from bot.content.facts import Fact, Facts, read_facts
from bot.content.loader import CONTENT, ROOT, named_text

FIRST = yaml_lines.read(*named_text(ROOT / CONTENT / "facts.yaml"))
SECOND = yaml_lines.read(*named_text(ROOT / CONTENT / FILE))
FACTS = read_facts(*named_text(ROOT / CONTENT / "facts.yaml"))
COPIES = read_second(*named_text(ROOT / CONTENT / FILE))
UNITS = [("ngày làm việc", "ngày"), ("working days", "days"), ("đồng", "đô la"), ("tháng", "năm"), ("tuổi", "tháng")]


def found(facts: Facts) -> list[str]:
    return [str(one) for one in copy_findings(FIRST, SECOND, facts, COPIES)]


def lies(fact: Fact) -> Iterator[Fact]:
    for field in ("vi", "en"):
        text = getattr(fact, field)
        for digit in re.finditer(r"\d", text):
            other = str((int(digit[0]) + 1) % 10)
            yield msgspec.structs.replace(fact, **{field: text[: digit.start()] + other + text[digit.end() :]})
        for unit, wrong in UNITS:
            if unit in text:
                yield msgspec.structs.replace(fact, **{field: text.replace(unit, wrong)})
    yield msgspec.structs.replace(fact, mark="soft" if fact.mark == "stated" else "stated")
    yield msgspec.structs.replace(fact, source="P999")
    yield msgspec.structs.replace(fact, date=fact.date + timedelta(days=31))
    yield msgspec.structs.replace(fact, until=date(2029, 12, 31))


def test_the_two_copies_say_the_same() -> None:
    assert found(FACTS) == []


@pytest.mark.parametrize("name", FACTS.facts)
def test_no_lie_about_a_fact_passes(name: str) -> None:
    for lie in lies(FACTS.facts[name]):
        facts = Facts({**FACTS.facts, name: lie}, FACTS.names, FACTS.terms)
        assert [one for one in found(facts) if f'fact "{name}"' in one], lie


def test_a_fact_that_only_one_copy_has_is_named() -> None:
    fact = FACTS.facts["muc2_days"]
    more = found(Facts({**FACTS.facts, "new_fee": fact}, FACTS.names, FACTS.terms))
    assert [one for one in more if 'fact "new_fee" is not in facts.second.yaml; type it there as well' in one]
    less = {name: fact for name, fact in FACTS.facts.items() if name != "muc2_days"}
    assert [one for one in found(Facts(less)) if one.startswith(FILE) and '"muc2_days" is not in facts.yaml' in one]


@pytest.mark.parametrize(
    ("vietnamese", "english"),
    [
        ("03 ngày làm việc", "3 working days"),
        ("15.000 đồng (sau đó 30.000)", "15,000 đồng (later 30,000)"),
        ("1 tỷ đồng", "1 billion đồng"),
        ("3,5 MB", "3.5 MB"),
        ("½ ngày làm việc", "half a working day"),
        ("23 giờ (11 giờ đêm)", "11 in the evening"),
        ("28/2/2027", "28 February 2027"),
        ("ngày 31/1", "31 January"),
        ("tháng 6 năm 2025", "June 2025"),
        ("thứ Hai đến thứ Sáu", "Monday to Friday"),
        ("14 tuổi", "14"),
        ("1900 0368, phím 4", "1900 0368, key 4"),
    ],
)
def test_what_is_the_same_in_both_languages_is_told_the_same(vietnamese: str, english: str) -> None:
    assert quantities(vietnamese, "vi") == quantities(english, "en") != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("3 ngày", "3 ngày làm việc"), ("3 giờ chiều", "3 giờ sáng"), ("10%", "10 đồng"), ("1 tháng", "1 năm")],
)
def test_another_unit_is_another_amount(one: str, other: str) -> None:
    assert quantities(one, "vi") != quantities(other, "vi")
    assert plain_value(one) != plain_value(other)
