"""What a form of a page says: what was written in it, and the files that were chosen."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from fastapi import Request
from msgspec import Struct
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.errors import Problem

MOST_FIELDS = 200
_LONGEST_FIELD = 4 * 1024 * 1024
"""Bytes of one field; how much a whole form may be its route says."""
_LONGEST_PICKED = 1000
"""Characters of what a form carries and nobody types."""
_CARRIES_A_FILE = "draft"
SEARCH_LENGTH = 60
"""Characters of what is searched for."""
SECRETS = frozenset({"password", "old", "new"})
"""Fields that are never written on a page."""


class TextField(Struct, frozen=True):
    """A field that people type in: the name of its label in the catalogues, and how many characters it takes."""

    label: str
    most: int


class Fields(Struct, frozen=True):
    """What was written, by the fields' names, and the content of files; a field that holds none is not there."""

    written: Mapping[str, Sequence[str]]
    files: Mapping[str, bytes] = {}

    def too_long(self, typed: Mapping[str, TextField]) -> bool:
        """Whether more was typed in a field than it takes. Raises Problem where what nobody types is too long."""
        over = {name for name, texts in self.written.items() if max(map(length, texts)) > _most(name, typed)}
        if not over <= typed.keys():
            raise Problem(400, "not_readable")
        return bool(over)


def unsent(fields: Fields, typed: Mapping[str, TextField]) -> Sequence[tuple[str, str]]:
    """What people typed in a form, by the names of the labels: a page that refuses it shows it, to be copied."""
    found = [(typed[name].label, texts) for name, texts in fields.written.items() if name in typed.keys() - SECRETS]
    return [(label, text) for label, texts in found for text in texts if text.strip()]


def length(text: str) -> int:
    """Characters as whoever typed them counts them: browsers send two for the end of a line."""
    return len(text) - text.count("\r\n")


def _most(name: str, typed: Mapping[str, TextField]) -> int:
    """Characters that a field takes; whoever takes a password has a length for it."""
    if name in typed:
        return typed[name].most
    return _LONGEST_FIELD if name == _CARRIES_A_FILE or name in SECRETS else _LONGEST_PICKED


class _InMemory(MultiPartParser):
    """Nothing of what is sent is written to a disk."""

    spool_max_size = 2**31


async def read_fields(request: Request, most: int = MOST_FIELDS) -> Fields:
    """The fields of a form, at most so many. Raises Problem for what is none."""
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await _with_files(request, most)
        return Fields(parse_qs((await request.body()).decode(), max_num_fields=most))
    except (ValueError, MultiPartException):
        raise Problem(400, "not_readable") from None


async def _with_files(request: Request, most: int) -> Fields:
    limits = {"max_files": 1, "max_fields": most, "max_part_size": _LONGEST_FIELD}
    form = await _InMemory(request.headers, request.stream(), **limits).parse()
    written: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            written.setdefault(name, []).append(value)
        elif content := await value.read():
            files[name] = content
    await form.close()
    return Fields(written, files)
