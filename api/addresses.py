"""Where pages say they are."""

from fastapi import Request

from api.errors import Problem

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
