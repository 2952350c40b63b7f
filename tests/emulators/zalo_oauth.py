"""Who may speak for the Official Account: consent, codes, and tokens that work once."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from tests.emulators.faults import Json
from tests.emulators.zalo_oa_world import OaError

ACCESS_SECONDS = 90_000
REFRESH_SECONDS = 90 * 86_400
CODE_SECONDS = 600
_VERIFIER = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9]).{43}", re.ASCII)

REFUSALS = {
    -14014: ("Invalid refresh token.", "Refresh token is expired or already used."),
    -118: ("invalid_grant", "The authorization code was rejected."),
    -14003: ("Invalid parameters.", "A parameter is missing or wrong."),
    -14029: ("App is not active.", "The app is not approved or not active."),
}
"""Each code's name and reason. The field names are known, the wording is not: no client may look at it."""


class TokenError(Exception):
    """A token request that is refused: with HTTP 200, in a vocabulary of its own."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code}")
        self.code = code

    def body(self, *, numbered: bool = True) -> Json:
        """What is answered; some deployments leave out the numeric `error`."""
        name, reason = REFUSALS.get(self.code, ("Error.", "Error."))
        words: Json = {"error_name": name, "error_reason": reason, "error_description": name}
        return {"error": self.code, **words} if numbered else words


@dataclass
class Code:
    challenge: str
    until: float


class Oauth:
    """Tokens of one app at one OA. `now` is in seconds.

    `old_dies`: a refresh ends the access token before it. `numeric_expiry`: `expires_in` as a number, not a string.
    `tells_refresh_expiry`: add `refresh_token_expires_in`. `callbacks`: where a consent may lead; empty: anywhere.
    """

    def __init__(self, app_id: str, app_secret: str, oa_id: str, now: Callable[[], float]) -> None:
        self.app_id = app_id
        self.app_secret = app_secret
        self.oa_id = oa_id
        self.old_dies = True
        self.numeric_expiry = False
        self.tells_refresh_expiry = False
        self.callbacks: set[str] = set()
        self.refreshed = 0
        self.refused = 0
        self._now = now
        self._codes: dict[str, Code] = {}
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}

    def consent(self, app_id: str, redirect_uri: str, challenge: str = "") -> str:
        """An admin agrees: a code that works once within 10 minutes. Raises TokenError."""
        if app_id != self.app_id or (self.callbacks and redirect_uri not in self.callbacks):
            raise TokenError(-14003)
        code = secrets.token_urlsafe(32)
        self._codes[code] = Code(challenge, self._now() + CODE_SECONDS)
        return code

    def issue(self) -> Json:
        """A new pair, as the API Explorer gives it by hand."""
        if self.old_dies:
            self._access = dict.fromkeys(self._access, 0.0)
        access, refresh = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        self._access[access] = self._now() + ACCESS_SECONDS
        self._refresh[refresh] = self._now() + REFRESH_SECONDS
        expires = ACCESS_SECONDS if self.numeric_expiry else str(ACCESS_SECONDS)
        pair: Json = {"access_token": access, "refresh_token": refresh, "expires_in": expires}
        return pair | ({"refresh_token_expires_in": str(REFRESH_SECONDS)} if self.tells_refresh_expiry else {})

    def exchange(self, secret_key: str, form: Json) -> Json:
        """`POST /v4/oa/access_token`: a code or a refresh token for a new pair. Raises TokenError."""
        try:
            if not secrets.compare_digest(secret_key.encode(), self.app_secret.encode()):
                raise TokenError(-14003)
            if form.get("app_id") != self.app_id:
                raise TokenError(-14003)
            match form.get("grant_type"):
                case "authorization_code":
                    self._use_code(form.get("code", ""), form.get("code_verifier", ""))
                case "refresh_token":
                    self._use_refresh(form.get("refresh_token", ""))
                case _:
                    raise TokenError(-14003)
        except TokenError:
            self.refused += 1
            raise
        return self.issue()

    def check(self, access_token: str) -> None:
        """Raises OaError for an access token that is unknown (-216), expired or replaced (-220)."""
        until = self._access.get(access_token)
        if until is None:
            raise OaError(-216)
        if self._now() >= until:
            raise OaError(-220)

    def expire_access(self) -> None:
        """End every access token at once."""
        self._access = dict.fromkeys(self._access, 0.0)

    def expire_refresh(self) -> None:
        """End every refresh token at once."""
        self._refresh.clear()

    def _use_code(self, code: str, verifier: str) -> None:
        known = self._codes.pop(code, None)
        if known is None or self._now() > known.until:
            raise TokenError(-118)
        if known.challenge and (not _VERIFIER.fullmatch(verifier) or challenge_of(verifier) != known.challenge):
            raise TokenError(-118)

    def _use_refresh(self, token: str) -> None:
        until = self._refresh.pop(token, None)
        if until is None or self._now() >= until:
            raise TokenError(-14014)
        self.refreshed += 1


def challenge_of(verifier: str) -> str:
    """The PKCE challenge: base64 of SHA-256, URL-safe, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
