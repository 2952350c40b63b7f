"""Passwords as they are tried: so many a minute from one place, so many in a row for one account."""

import logging
import math

from api.rate_limit import RateLimit
from bot.desk.authentication import LOCK_SECONDS, LONGEST, MOST_WRONG, Accounts, Tries
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.ports.store import Clock, Store

WRONG_PER_MINUTE = 5

_log = logging.getLogger("toso.desk")


class Passwords:
    """Every try is counted first, so that many at once are not more than one after the other. Raises StoreDown.

    A `device` is a browser in which the owner of the account signed in before. It is a place of its own, and its tries
    are counted apart: strangers who guess lock each other out, and not the owner.
    """

    def __init__(self, store: Store, accounts: Accounts, people: People, clock: Clock) -> None:
        self._accounts = accounts
        self._people = people
        self._by_place = RateLimit(WRONG_PER_MINUTE, lambda: clock.now_ms() / 1000, even_here=True)
        self._by_account = Tries(store, clock)

    def wait(self, place: str) -> int:
        """Take one try from what an address or a device may do: 0, or the seconds until the next one is allowed."""
        return math.ceil(self._by_place.wait(place))

    def forgive(self, place: str) -> None:
        """The password was right: forget the wrong ones from there."""
        self._by_place.forgive(place)

    async def is_right(self, person: Volunteer | None, password: str, device: str = "") -> tuple[bool, int]:
        """Whether it is their password, and 0; or False and the seconds for which their account is locked.

        Takes as long for nobody as for somebody.
        """
        number, seconds = await self._by_account.begin(person.id, device) if person else (0, 0)
        if seconds:
            return False, seconds
        right = len(password) <= LONGEST and await self._accounts.is_right(person.id if person else "", password)
        if person and right:
            await self._by_account.forgive(person.id, device)
        else:
            _log.warning("a wrong password was tried at the desk")
        if person and not right and number == MOST_WRONG:
            _log.warning("the account %s is locked for %d minutes", person.id, LOCK_SECONDS // 60)
            await self._people.record("locked", "", person.id)
        return right, 0
