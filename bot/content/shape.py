"""Plain data from a file as typed values, with findings at the exact line and in the editor's words."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from bot.content.yaml_lines import Document, Path
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


def shape(document: Document, kind: type[_T], path: Path = ()) -> _T:
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


def _misfit(document: Document, path: Path, message: str, info: inspect.Type, inner: Path) -> ContentWrong:
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


def wrong(document: Document, path: Path, message: str) -> ContentWrong:
    """A finding about the value at `path`, as an error to raise."""
    return ContentWrong(f"{document.name}:{document.line(*path)}: {message}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean "…"?` for the closest of the known names; empty when none is close."""
    close = get_close_matches(word, list(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def _inner(where: str) -> Path:
    """msgspec's `$.one.two[0]` as keys, up to the first key of a map, which it does not name."""
    path: list[str | int] = []
    for part in where.lstrip("$").replace("[", ".[").split("."):
        if part == "[...]":
            break
        if part:
            path.append(int(part[1:-1]) if part.startswith("[") else part)
    return tuple(path)


def _field_names(info: inspect.Type, path: Path) -> tuple[str, ...]:
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
