"""From the two YAML files of a guide to a `Guide`. Pure; findings are in the editor's words.

Plain data from a file as typed values, with findings at the exact line and in the editor's words.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, inspect

from bot.content import yaml as yaml_lines
from bot.content.guide import BringTo, Checked, Guide, Picture, Source, Step, StepWords, TroubleWords, Words
from bot.content.yaml import Document, YamlPath
from bot.errors import ContentWrong

_T = TypeVar("_T")

_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_SAID_BETTER = (
    (re.compile(r"Invalid enum value '(.*)'"), r'"\1" is none of the words that can stand here'),
    (re.compile(r"Invalid RFC3339 encoded date"), "Expected a date such as 2026-11-24"),
    (re.compile(r"Object missing required field `(.*)`"), r'"\1" is missing'),
)
_QUOTED = re.compile(r"`([^`]*)`")
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "bool": "true or false",
    "date": "a date such as 2026-11-24",
    "object": "named values",
    "array": "a list",
    "null": "nothing",
}


def shape(document: Document, kind: type[_T], path: YamlPath = ()) -> _T:
    """The part of the document at `path` as a value of `kind`. Raises ContentWrong where something does not fit."""
    value = document.data
    for part in path:
        value = value[part]
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        inner = _inner(where.removeprefix("`key` in ").strip("`"))
        raise _misfit(document, (*path, *inner), message, inspect.type_info(kind), inner) from error


def _misfit(document: Document, path: YamlPath, message: str, info: inspect.Type, inner: YamlPath) -> ContentWrong:
    unknown = _UNKNOWN_FIELD.fullmatch(message)
    if unknown:
        name = unknown[1]
        return wrong(
            document, (*path, name), f'"{name}" is not known here.{did_you_mean(name, _field_names(info, inner))}'
        )
    for pattern, better in _SAID_BETTER:
        message = pattern.sub(better, message)
    message = _QUOTED.sub(_in_words, message)
    place = f" (in {' → '.join(str(part) for part in path)})" if path else ""
    return wrong(document, path, f"{message}{place}.")


def _in_words(quoted: re.Match[str]) -> str:
    return " or ".join(_KINDS.get(kind, f'"{kind}"') for kind in quoted[1].split(" | "))


def shape_each(document: Document, section: str, kind: type[_T]) -> dict[str, _T]:
    """The named values of one section, each as a value of `kind`. Raises ContentWrong."""
    names = shape(document, dict[str, Any], (section,)) if section in document.data else {}
    return {name: shape(document, kind, (section, name)) for name in names}


def wrong(document: Document, path: YamlPath, message: str) -> ContentWrong:
    """A finding about the value at `path`, as an error to raise."""
    return ContentWrong(f"{document.name}:{document.line(*path)}: {message}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean "…"?` for the closest of the known names; empty when none is close."""
    close = get_close_matches(word, list(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def _inner(where: str) -> YamlPath:
    """msgspec's `$.one.two[0]` as keys, up to the first key of a map, which it does not name."""
    path: list[str | int] = []
    for part in where.lstrip("$").replace("[", ".[").split("."):
        if part == "[...]":
            break
        if part:
            path.append(int(part[1:-1]) if part.startswith("[") else part)
    return tuple(path)


def _field_names(info: inspect.Type, path: YamlPath) -> tuple[str, ...]:
    """The names that the struct at `path` inside `info` has; none where there is no struct."""
    if isinstance(info, inspect.UnionType):
        return tuple(name for member in info.types for name in _field_names(member, path))
    if isinstance(info, inspect.StructType):
        fields: Mapping[str | int, inspect.Type] = {field.encode_name: field.type for field in info.fields}
        if not path:
            return tuple(str(name) for name in fields)
        return _field_names(fields[path[0]], path[1:]) if path[0] in fields else ()
    if isinstance(info, inspect.VarTupleType | inspect.ListType):
        return _field_names(info.item_type, path[1:])
    return ()


class _ChoiceFile(Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    go: str


class _PictureFile(Struct, frozen=True, forbid_unknown_fields=True):
    app: str
    screen: str
    tap: str = ""
    alt: str = ""


class _StepFile(Struct, frozen=True, forbid_unknown_fields=True):
    say: str = ""
    do: str = ""
    calm: str = ""
    picture: _PictureFile | None = None
    choices: dict[str, Any] = {}
    trouble: tuple[str, ...] = ()
    next: str = ""
    end: Literal["", "done", "advice"] = ""
    remind: str = ""
    bare: bool = False
    alarm: bool = False


class _ThingFile(Struct, frozen=True, forbid_unknown_fields=True):
    say: str
    at: tuple[str, ...]


class _GuideFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    version: int
    title: str
    topic: str
    ask_like: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    checked: Checked
    review_by: date
    then: tuple[str, ...] = ()
    bring: tuple[str | dict[str, Any], ...] = ()
    bring_to: BringTo = ""
    start: str
    steps: dict[str, Any]
    troubles: dict[str, Any] = {}


class _StepTranslation(Struct, frozen=True, forbid_unknown_fields=True):
    say: str = ""
    do: str = ""
    calm: str = ""
    alt: str = ""
    choices: dict[str, str] = {}


class _TroubleTranslation(Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    say: str


class _Translation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: str
    ask_like: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    steps: dict[str, Any]
    troubles: dict[str, Any] = {}


class Parsed(Struct, frozen=True):
    """A guide and the documents it was read from (by language), for findings that point at a line."""

    guide: Guide
    documents: Mapping[str, Document]


def parse(name: str, text: str, translations: Mapping[str, tuple[str, str]]) -> Parsed:
    """Read a guide file and its translations (language to file name and text). Raises ContentWrong."""
    document = yaml_lines.read(name, text)
    file = shape(document, _GuideFile)
    steps = shape_each(document, "steps", _StepFile)
    documents = {"vi": document}
    things = _things(document, file)
    words = {"vi": _vietnamese(document, file, steps, tuple(thing.say for thing in things))}
    for lang, (its_name, its_text) in translations.items():
        documents[lang] = yaml_lines.read(its_name, its_text)
        words[lang] = _translated(documents[lang], words["vi"].troubles)
    guide = Guide(
        id=file.id,
        version=file.version,
        topic=file.topic,
        start=file.start,
        steps={step_id: _step(document, step_id, step) for step_id, step in steps.items()},
        words=words,
        sources=file.sources,
        checked=file.checked,
        review_by=file.review_by,
        then=file.then,
        bring_to=file.bring_to,
        bring_at=tuple(thing.at for thing in things) if any(thing.at for thing in things) else (),
    )
    return Parsed(guide, documents)


def _step(document: Document, step_id: str, step: _StepFile) -> Step:
    if bool(step.say) == bool(step.do):
        raise wrong(document, ("steps", step_id), f'step "{step_id}" needs either "say" or "do", and not both.')
    picture = Picture(step.picture.app, step.picture.screen, step.picture.tap) if step.picture else None
    return Step(
        kind="say" if step.say else "do",
        choices={choice_id: choice.go for choice_id, choice in _choices(document, step_id, step).items()},
        next=step.next,
        end=step.end,
        trouble=step.trouble,
        picture=picture,
        remind=step.remind,
        bare=step.bare,
        alarm=step.alarm,
    )


def _choices(document: Document, step_id: str, step: _StepFile) -> dict[str, _ChoiceFile]:
    return {
        choice_id: shape(document, _ChoiceFile, ("steps", step_id, "choices", choice_id)) for choice_id in step.choices
    }


def _things(document: Document, file: _GuideFile) -> list[_ThingFile]:
    """What to bring, each line with the steps that it is for."""
    return [
        _ThingFile(thing, ()) if isinstance(thing, str) else shape(document, _ThingFile, ("bring", index))
        for index, thing in enumerate(file.bring)
    ]


def _vietnamese(document: Document, file: _GuideFile, files: Mapping[str, _StepFile], things: tuple[str, ...]) -> Words:
    steps = {}
    for step_id, step in files.items():
        alt = ""
        if step.picture:
            alt = step.picture.alt or (f"{step.picture.app}: {step.picture.tap}" if step.picture.tap else "")
        labels = {choice_id: choice.label for choice_id, choice in _choices(document, step_id, step).items()}
        steps[step_id] = StepWords(_clean(step.say or step.do), _clean(step.calm), labels, alt)
    troubles = {
        name: TroubleWords(trouble.label, _clean(trouble.say), trouble.go)
        for name, trouble in shape_each(document, "troubles", TroubleWords).items()
    }
    return Words(file.title, steps, file.ask_like, troubles, things)


def _translated(document: Document, vietnamese: Mapping[str, TroubleWords]) -> Words:
    """A trouble leads to the same place in every language."""
    file = shape(document, _Translation)
    steps = {
        step_id: StepWords(_clean(step.say or step.do), _clean(step.calm), step.choices, step.alt)
        for step_id, step in shape_each(document, "steps", _StepTranslation).items()
    }
    troubles = {
        name: TroubleWords(trouble.label, _clean(trouble.say), vietnamese[name].go if name in vietnamese else "")
        for name, trouble in shape_each(document, "troubles", _TroubleTranslation).items()
    }
    return Words(file.title, steps, file.ask_like, troubles, file.bring)


def _clean(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
