"""A finding about content: where it is and what to do, in the editor's words."""

import re

from msgspec import Struct
from typing_extensions import override

from bot.content.yaml_lines import Document, Path
from bot.errors import ContentWrong

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


def finding(document: Document, path: Path, message: str, *, blocking: bool = True) -> Finding:
    """A finding about the value at `path`."""
    return Finding(document.name, document.line(*path), message, blocking)


def from_error(error: ContentWrong, file: str) -> Finding:
    """The finding that made a file unreadable; about line 1 of `file` when the error names no place."""
    placed = _PLACED.fullmatch(str(error))
    return Finding(placed[1], int(placed[2]), placed[3]) if placed else Finding(file, 1, str(error))
