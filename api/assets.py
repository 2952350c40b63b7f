"""The static files, under addresses that change with their content, so that a device fetches each version once.

Where pages say they are.
"""

import gzip
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.errors import Problem

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ttf": "font/ttf",
}
_FOR_EVER = "public, max-age=31536000, immutable"


class Asset(Struct, frozen=True):
    plain: bytes
    packed: bytes
    media_type: str


class Assets:
    """All files of one folder and some `more`, read once a process. They share one version, and so name each other."""

    def __init__(self, folder: Path, more: Iterable[Path] = ()) -> None:
        self._files: Mapping[str, Asset] = {file.name: _read(file) for file in (*sorted(folder.iterdir()), *more)}
        self._version = sha256(b"".join(asset.plain for asset in self._files.values())).hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that is not there."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self._version}/{name}"

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/static/{version}/{name}", self._serve, methods=["GET", "HEAD"])
        return router

    async def _serve(self, request: Request, version: str, name: str) -> Response:
        asset = self._files.get(name)
        if asset is None:
            raise Problem(404, "not_found")
        # A page from before an update may still ask for its old version: it gets today's file, and does not keep it.
        headers = {"cache-control": _FOR_EVER if version == self._version else "no-cache", "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, headers=headers | {"content-encoding": "gzip"}, media_type=asset.media_type)
        return Response(asset.plain, headers=headers, media_type=asset.media_type)


@cache
def _read(file: Path) -> Asset:
    plain = file.read_bytes()
    return Asset(plain, gzip.compress(plain, mtime=0), _TYPES[file.suffix])


_LONGEST_HOME = 300
"""Characters: a name on the internet has 253 at most."""


def home_of(request: Request, public_url: str) -> str:
    """Where pages say they are, without a slash at the end: `public_url`, or where this one came from.

    Raises Problem for a longer address than any there is: no QR code holds it.
    """
    home = public_url or str(request.base_url).rstrip("/")
    if len(home) > _LONGEST_HOME:
        raise Problem(400, "not_readable")
    return home
