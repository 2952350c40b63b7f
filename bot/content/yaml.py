"""YAML with the line of every value, so that a finding can point an editor to the place.

A finding about content: where it is and what to do, in the editor's words.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from msgspec import Struct
from typing_extensions import override

from bot.errors import ContentWrong

YamlPath = tuple[str | int, ...]

_DEEPEST = 20


_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NOTHING = ("", "~", "null")
_TRUTH = {"true": True, "false": False}


class Document:
    """A YAML document as plain data, and the line (from 1) on which each of its values begins."""

    def __init__(self, name: str, data: Any, lines: Mapping[YamlPath, int]) -> None:
        self.name = name
        self.data = data
        self._lines = lines

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of the nearest parent that is written down."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


def read(name: str, text: str) -> Document:
    """Parse one YAML document. Raises ContentWrong (`name:line: …`) for what is not YAML or names a key twice."""
    try:
        node = yaml.compose(text, Loader=_Nodes)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentWrong(f"{name}:{line}: this is not readable YAML: {error.problem}.") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise ContentWrong(f"{name}:1: this is not readable YAML: {' '.join(str(error).split())}.") from error
    reader = _Reader(name)
    data = None if node is None else reader.build(node, ())
    return Document(name, data, reader.lines)


class _Nodes(yaml.CSafeLoader):
    """Gives nodes without the types that YAML would guess: `_Reader` knows better, and to guess takes long."""

    @override
    def resolve(self, kind: type[yaml.Node], value: str, implicit: object) -> str:
        return ""


class _Reader:
    """Builds plain data from nodes, as editors mean it, and notes where each value stands.

    Keys are always text; so are `yes`, `no`, `on`, `13:30` and `0123`.
    """

    def __init__(self, name: str) -> None:
        self.lines: dict[YamlPath, int] = {}
        self._name = name
        self._built: set[int] = set()

    def build(self, node: yaml.Node, path: YamlPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._built:
            raise self._wrong(node, "write this out in full; & and * are not used here.")
        if len(path) > _DEEPEST:
            raise self._wrong(node, "this is nested too deeply.")
        self._built.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(value, (*path, index)) for index, value in enumerate(node.value)]
        return self._plain(node) if isinstance(node, yaml.ScalarNode) and not node.style else node.value

    def _mapping(self, node: yaml.MappingNode, path: YamlPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._wrong(key, "a name must be plain text.")
            name = str(key.value)
            if name in data:
                raise self._wrong(key, f'"{name}" is written twice here; keep one of them.')
            self.lines[*path, name] = key.start_mark.line + 1
            data[name] = self.build(value, (*path, name))
        return data

    def _plain(self, node: yaml.Node) -> Any:
        word = node.value
        if _DATE.fullmatch(word):
            try:
                return date.fromisoformat(word)
            except ValueError as error:
                raise self._wrong(node, f'"{word}" is not a date: {error}.') from error
        if _WHOLE_NUMBER.fullmatch(word):
            return int(word)
        return None if word in _NOTHING else _TRUTH.get(word, word)

    def _wrong(self, node: yaml.Node, message: str) -> ContentWrong:
        return ContentWrong(f"{self._name}:{node.start_mark.line + 1}: {message}")


_PLACED = re.compile(r"(.*?):(\d+): (.*)", re.DOTALL)


class Finding(Struct, frozen=True):
    """One thing an editor should see. `blocking`: the guide is not published before it is mended."""

    file: str
    line: int
    message: str
    blocking: bool = True

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def finding(document: Document, path: YamlPath, message: str, *, blocking: bool = True) -> Finding:
    """A finding about the value at `path`."""
    return Finding(document.name, document.line(*path), message, blocking)


def from_error(error: ContentWrong, file: str) -> Finding:
    """The finding that made a file unreadable; about line 1 of `file` when the error names no place."""
    placed = _PLACED.fullmatch(str(error))
    return Finding(placed[1], int(placed[2]), placed[3]) if placed else Finding(file, 1, str(error))
