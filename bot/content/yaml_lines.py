"""YAML with the line of every value, so that a finding can point an editor to the place."""

from collections.abc import Mapping
from typing import Any

import yaml

from bot.errors import ContentWrong

Path = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """YAML as editors mean it: `yes`, `no` and `on` are words, as in YAML 1.2, and not truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Document:
    """A YAML document as plain data, and the line (from 1) on which each of its values begins."""

    def __init__(self, name: str, data: Any, lines: Mapping[Path, int]) -> None:
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
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader underneath)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentWrong(f"{name}:{line}: this is not readable YAML: {error.problem}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ContentWrong(f"{name}:1: this is not readable YAML: {error}.") from error
    lines: dict[Path, int] = {}
    if node is not None:
        _note(name, node, (), lines)
    return Document(name, data, lines)


def _note(name: str, node: yaml.Node, path: Path, lines: dict[Path, int]) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                raise ContentWrong(f'{name}:{line}: "{key.value}" is written twice here; keep one of them.')
            _note(name, value, here, lines)
            lines[here] = line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note(name, value, (*path, index), lines)
