"""The Lua scripts: each changes one conversation (or the library) in one atomic step."""

from hashlib import sha1
from pathlib import Path

_FOLDER = Path(__file__).parent / "lua"

SOURCES: dict[str, str] = {}
"""What the server is told when it does not know a script: hash to source."""


def _script(*names: str) -> str:
    source = "".join((_FOLDER / f"{name}.lua").read_text() for name in names)
    sha = sha1(source.encode(), usedforsecurity=False).hexdigest()
    SOURCES[sha] = source
    return sha


COMMIT = _script("time", "request", "commit")
ACK = _script("time", "outbox", "ack")
POSTPONE = _script("time", "outbox", "postpone")
DROP = _script("time", "outbox", "dead", "drop")
DUE = _script("time", "due")
TAKE = _script("time", "outbox", "take")
FREE = _script("free")
LOG = _script("log")
ANSWERED = _script("answered")
ESCALATION = _script("escalation")
FIND = _script("find")
THREAD = _script("thread")
DELIVERY = _script("time", "delivery")
UNSENT = _script("unsent")
BURY = _script("time", "dead", "bury")
LETTERS = _script("time", "letters")
REVIVE = _script("time", "outbox", "letter", "revive")
RESTORE = _script("time", "outbox", "letter", "restore")
PICTURE = _script("picture")
PUBLISH = _script("publish")
PUT = _script("put")
LEAD = _script("time", "lead")
RATE = _script("time", "rate")
NOW = _script("time", "now")
