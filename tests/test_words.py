"""The catalogues: complete, used, sayable to everyone, and in plain words."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, meta

from bot.content.checks.style import SENTENCE_WORDS, STEP_CHARACTERS
from bot.engine.texts import ADDRESSES, Words, read_catalogues
from tests.setting import content

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
CATALOGUES = read_catalogues(LOCALES)
ALWAYS_KNOWN = {"you", "You", "me", "Me", "ward", "fact"}
WELCOME_CHARACTERS = 560
"""The first message alone may be longer: the law wants it to say what is kept, why, how long, and by whom."""

_NAME = re.compile(r"[a-z_]+(?:\.\w+)+")
_SAYS = frozenset({"say", "notice", "tell", "cannot"})
_IN_TEMPLATE = re.compile(r"""["']([a-z_]+(?:\.\w+)*\.?)["'](\s*~)?""")
_SENTENCE_END = re.compile(r"[.!?:;…]+(?=[\s\"'”»)\]]|$)|\n")


@cache
def parsed_code() -> tuple[ast.AST, ...]:
    files = [file for folder in ("bot", "api") for file in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def names_used() -> Iterator[str]:
    """A pattern for every name that code or a template may say; a part worked out at run time matches any word."""
    for node in parsed_code():
        if isinstance(node, ast.JoinedStr):
            parts = (re.escape(str(bit.value)) if isinstance(bit, ast.Constant) else r"[\w-]+" for bit in node.values)
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
            yield re.escape(node.value)
    for template in (ROOT / "api" / "templates").rglob("*.html"):
        for name, more in _IN_TEMPLATE.findall(template.read_text(encoding="utf-8")):
            yield re.escape(name) + (r"[\w-]+" if more else "")


def said_literally() -> Iterator[tuple[str, set[str]]]:
    """Each name that code says as it stands, and the values it is said with."""
    for node in parsed_code():
        match node:
            case ast.Call(func=ast.Attribute(attr=verb), args=[ast.Constant(value=str(name)), *_]) if verb in _SAYS:
                yield name, {keyword.arg for keyword in node.keywords if keyword.arg}


@cache
def variables(text: str) -> set[str]:
    return meta.find_undeclared_variables(Environment().parse(text)) - ALWAYS_KNOWN


@cache
def words() -> Words:
    """The words of a ward whose names are one word of 20 letters each, as the limits count them."""
    ward = dict.fromkeys(("name", "team", "hotline", "office", "police", "data_contact"), "x" * 20)
    facts = {lang: {name: "x" for name in content().facts.facts} for lang in CATALOGUES}
    return Words(CATALOGUES, ward, facts)


def conversation(lang: str) -> list[str]:
    """The names of what residents are told in conversation."""
    names = []
    for file in ("messages", "talk", "visits"):
        with (LOCALES / lang / f"{file}.po").open("rb") as stream:
            names += [str(message.id) for message in read_po(stream, charset="utf-8") if message.id]
    return names


def said(lang: str, you: str, name: str) -> str:
    text = CATALOGUES[lang][name]
    return words().voice(lang, you).say(name, **dict.fromkeys(variables(text), 1))


def test_all_languages_say_the_same() -> None:
    first, *others = CATALOGUES.values()
    assert [set(first) ^ set(other) for other in others] == [set() for _ in others]


def test_every_message_is_said_somewhere() -> None:
    patterns = [re.compile(pattern) for pattern in names_used()]
    unused = [name for name in CATALOGUES["vi"] if not any(pattern.fullmatch(name) for pattern in patterns)]
    assert unused == []


def test_every_name_that_is_said_has_its_message_and_its_values() -> None:
    said_names = dict(said_literally())
    assert {"welcome.consent", "person.still_waiting"} <= set(said_names)
    for name, values in said_literally():
        for lang, catalogue in CATALOGUES.items():
            assert name in catalogue, (lang, name)
            assert variables(catalogue[name]) <= values, (lang, name)


@pytest.mark.parametrize("lang", CATALOGUES)
@pytest.mark.parametrize("you", ["", *ADDRESSES])
def test_every_message_can_be_said_to_everyone(lang: str, you: str) -> None:
    for name in CATALOGUES[lang]:
        text = said(lang, you, name)
        assert text.strip(), name
        assert "{{" not in text, name
        assert "  " not in text, name


@pytest.mark.parametrize("name", conversation("vi"))
def test_what_is_said_in_vietnamese_is_plain(name: str) -> None:
    text = said("vi", "", name)
    sentences = [sentence.split() for sentence in _SENTENCE_END.split(text)]
    assert [" ".join(sentence) for sentence in sentences if len(sentence) > SENTENCE_WORDS] == []
    assert len(text) <= STEP_CHARACTERS or name in ("welcome.consent", "visits.consent")  # what the law wants said


@pytest.mark.parametrize("lang", CATALOGUES)
def test_the_first_message_says_what_the_law_wants_and_no_more(lang: str) -> None:
    catalogue = CATALOGUES[lang]
    assert "{{ ward.name }}" in catalogue["welcome.hello"]
    for consent in (catalogue["welcome.consent"], catalogue["person.consent"]):
        assert "{{ ward.data_contact }}" in consent
        assert "{{ days }}" in consent
    first = f"{said(lang, '', 'welcome.hello')}\n\n{said(lang, '', 'welcome.consent')}"
    assert len(first) <= WELCOME_CHARACTERS


@pytest.mark.parametrize("you", ADDRESSES)
def test_every_form_of_address_is_complete(you: str) -> None:
    assert [f"address.{you}.{part}" in CATALOGUES["vi"] for part in ("label", "me", "you")] == [True] * 3


@pytest.mark.parametrize(
    ("hour", "minute", "said_as"), [(12, 0, "12 giờ trưa"), (12, 30, "12 giờ 30 trưa"), (1, 0, "1 giờ chiều")]
)
def test_noon_is_called_noon(hour: int, minute: int, said_as: str) -> None:
    assert words().voice("vi").say("time.afternoon", hour=hour, minute=minute) == said_as
