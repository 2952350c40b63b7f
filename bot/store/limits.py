"""How long and how much a store keeps; equal for all of them."""

from bot.model import Escalation

LEASE_MS = 15_000
"""How long a worker may be silent about what it is sending before another takes over."""

WAITING_LENGTH = 16
"""How many parcels of a conversation a worker is given at once: what it tells us of those brings the next ones."""

LOG_LENGTH = 50
"""How many parcels of a pulled channel can be read at once, and how many are kept for as long as the session."""

LOG_LIMIT = 5000
"""How many parcels of a pulled channel are kept at most: a message that comes again within a day gets its answer."""

REPEAT_SECONDS = 24 * 3600
"""How long a message that comes again is known by its id."""

KEEP_SECONDS = 90 * 24 * 3600
"""How long a session stays when nobody writes and the turn does not say; also what waits to be sent."""

CLOSED_SECONDS = 90 * 24 * 3600
"""How long a closed request, and what was said in it, can still be looked up."""

PICTURE_SECONDS = 24 * 3600
"""How long the pictures of a request are kept once it is closed: it may be opened again for who was not helped."""

PICTURES_KEPT = 12
"""How many pictures one request may have."""

THREAD_LENGTH = 1000
"""How many entries of a request's thread are kept: more than are ever taken in."""

PING_SECONDS = 60

LETTERS_KEPT = 200
"""How many dead letters of a partition are kept."""

LETTER_MS = 48 * 3600 * 1000
"""How long a dead letter is kept: in that time somebody can look why, and have it sent again."""

RATE_PERIOD_MS = 1100
"""What a platform counts messages over, and some slack: a share that somebody gave up counts for so long."""


def before_this_one(request: Escalation) -> tuple[int, str]:
    """The order of the line: who opened first; codes decide between equals."""
    return request.opened_at, request.code


def in_line(request: Escalation) -> bool:
    """Whether it has a place in its team's line."""
    return request.state in ("waiting", "offered")
