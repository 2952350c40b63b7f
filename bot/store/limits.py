"""How long and how much a store keeps; equal for all of them."""

from bot.model import Escalation

LEASE_MS = 15_000
"""How long a worker may be silent about what it is sending before another takes over."""

LOG_LENGTH = 50
"""How many parcels of a pulled channel are kept."""

KEEP_SECONDS = 90 * 24 * 3600
"""How long a session stays when nobody writes and the turn does not say; also what waits to be sent."""

CLOSED_SECONDS = 90 * 24 * 3600
"""How long a closed escalation can still be looked up."""

PING_SECONDS = 60


def before_this_one(escalation: Escalation) -> tuple[int, str]:
    """The order of the line: who opened first; codes decide between equals."""
    return escalation.opened_at, escalation.code
