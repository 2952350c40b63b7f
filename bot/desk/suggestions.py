"""What volunteers say a guide should say: kept for whoever edits guides."""

import msgspec
from msgspec import Struct

from bot.model import Escalation, Record, encode
from bot.nlu.masking import mask
from bot.ports.store import Clock, Store

LONGEST = 1000
"""Characters of one suggestion."""

TABLE = "suggestions"


class Suggestion(Struct, frozen=True):
    """What `by` says should be said at `step` of this `version` of a guide, after the request `code`; secrets masked.

    `at` is Unix seconds.
    """

    guide: str
    version: int
    step: str
    text: str
    code: str
    by: str
    at: int


decode_suggestion = msgspec.json.Decoder(Suggestion).decode


async def suggest(store: Store, clock: Clock, id_: str, request: Escalation, by: str, text: str) -> bool:
    """Keep a suggestion about the step of a request; the same `id_` twice is kept once. Raises StoreDown.

    False, and nothing is kept, for empty words or a request that was about no guide.
    """
    masked = mask(text.strip())[0][:LONGEST]
    if not masked or not request.guide:
        return False
    at = clock.now_ms() // 1000
    kept = Suggestion(request.guide, request.version, request.step, masked, request.code, by, at)
    noted = Record(at, "suggested", request.code, by, request.guide)
    await store.put(TABLE, f"{request.code}:{id_}", None, encode(kept), noted)
    return True
