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
_LENGTH = 300
_LENGTHS = {"text": 1000, "days_off": 4000, "groups": 8000, "draft": _LONGEST_FIELD}
"""Characters that a field takes by its name, where that is not `_LENGTH`."""
SECRETS = frozenset({"password", "old", "new"})
"""Fields that are never written on a page: whoever takes a password has a length for it."""


class Fields(Struct, frozen=True):
    """What was written, by the fields' names, and the content of files; a field that holds none is not there."""

    written: Mapping[str, Sequence[str]]
    files: Mapping[str, bytes] = {}

    @property
    def too_long(self) -> Mapping[str, int]:
        """How much the fields take in which more was written than they take; secrets aside."""
        most = {name: _LENGTHS.get(name, _LENGTH) for name in self.written.keys() - SECRETS}
        return {name: most[name] for name in most if any(length(text) > most[name] for text in self.written[name])}


def length(text: str) -> int:
    """Characters as whoever typed them counts them: browsers send two for the end of a line."""
    return len(text) - text.count("\r\n")


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
