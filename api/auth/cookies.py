"""Cookies of the pages inside: for this site alone, out of reach of scripts, and where there is https for it alone."""

from fastapi import Request, Response

_HOST = "__Host-"
"""Begins the name of a cookie that browsers take from this very host over https, and from nobody else."""


class Cookies:
    """Reads and sets cookies; `path` is where they belong on a site without https."""

    def __init__(self, public_url: str, path: str) -> None:
        self._public_url = public_url
        self._path = path

    def get(self, request: Request, name: str) -> str:
        """The value of a cookie; empty without it. Over https only one that no other site or page could set."""
        return request.cookies.get(self._called(request, name), "")

    def put(self, request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
        """Have whoever gets this answer keep a value for so long."""
        secure = self._secure(request)
        answer.set_cookie(
            self._called(request, name),
            value,
            seconds,
            path="/" if secure else self._path,
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def drop(self, request: Request, answer: Response, name: str) -> None:
        """Have it forgotten."""
        self.put(request, answer, name, "", 0)

    def _called(self, request: Request, name: str) -> str:
        return f"{_HOST}{name}" if self._secure(request) else name

    def _secure(self, request: Request) -> bool:
        return request.url.scheme == "https" or self._public_url.startswith("https:")
