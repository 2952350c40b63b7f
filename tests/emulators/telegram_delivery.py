"""How updates reach a bot: pushed to its webhook until it answers 2xx, or held until it asks for them."""

import asyncio
import itertools
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from tests.emulators.faults import Json
from tests.emulators.telegram_methods import Params
from tests.emulators.telegram_world import ApiError, bad
from tests.emulators.webhook_caller import WebhookCaller

_BY_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")
_FIRST_UPDATE = 900_000_001


@dataclass
class Waiting:
    """An update that the bot has not taken yet; `key` is whose updates must stay in order."""

    update: Json
    key: str
    taken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Attempt:
    """One try to hand an update to the webhook; `status` 0 means no answer."""

    update_id: int
    status: int


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    connections: int = 40
    error: str = ""
    error_at: int = 0


class Delivery:
    """The updates of one bot. `execute` runs a method that a webhook answered with."""

    def __init__(self, execute: Callable[[str, Json], Awaitable[object]], allow_http: bool, retry: float) -> None:
        self._execute = execute
        self._allow_http = allow_http
        self._retry = retry
        self.webhook = Webhook()
        self.waiting: list[Waiting] = []
        self.attempts: list[Attempt] = []
        self._allowed: Sequence[str] = ()
        self._ids = itertools.count(_FIRST_UPDATE)
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._arrived = asyncio.Event()
        self._poll = 0
        self._caller = WebhookCaller()

    def add(self, kind: str, content: Json, key: str) -> Waiting | None:
        """Hand over an update of this kind; None when the bot did not ask for such updates."""
        if (self._allowed and kind not in self._allowed) or (not self._allowed and kind in _BY_REQUEST):
            return None
        return self.push({"update_id": next(self._ids), kind: content}, key)

    def push(self, update: Json, key: str) -> Waiting:
        """Hand over any update, as it is."""
        waiting = Waiting(update, key)
        self.waiting.append(waiting)
        self._arrived.set()
        self._start(key)
        return waiting

    def set_webhook(self, params: Params) -> bool:
        url, secret = params.text("url"), params.text("secret_token")
        if not url:
            return self.delete_webhook(params)
        if not url.startswith("https://") and not (self._allow_http and url.startswith("http://")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad("secret token contains unallowed characters")
        connections = params.number("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad("wrong number of max connections")
        self._choose(params)
        self.webhook = Webhook(url, secret, connections)
        self._slots = asyncio.Semaphore(connections)
        for key in {waiting.key for waiting in self.waiting}:
            self._start(key)
        return True

    def delete_webhook(self, params: Params) -> bool:
        self.webhook = Webhook()
        if params.flag("drop_pending_updates"):
            self.waiting.clear()
        return True

    def webhook_info(self) -> Json:
        info: Json = {
            "url": self.webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.waiting),
        }
        if self.webhook.url:
            info["max_connections"] = self.webhook.connections
        if self.webhook.error:
            info |= {"last_error_date": self.webhook.error_at, "last_error_message": self.webhook.error}
        if self._allowed:
            info["allowed_updates"] = list(self._allowed)
        return info

    async def get_updates(self, params: Params) -> list[Json]:
        """What waits from `offset` on; what is before it is forgotten. Holds the call for `timeout` seconds."""
        if self.webhook.url:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise ApiError(409, f"Conflict: {words}")
        self._choose(params)
        self._confirm(params.number("offset"))
        self._poll += 1
        mine, until = self._poll, time.monotonic() + params.number("timeout")
        self._arrived.set()
        while not self.waiting and time.monotonic() < until:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), until - time.monotonic())
            except TimeoutError:
                break
            if mine != self._poll:
                words = "terminated by other getUpdates request; make sure that only one bot instance is running"
                raise ApiError(409, f"Conflict: {words}")
        limit = min(max(params.number("limit", 100), 1), 100)
        return [waiting.update for waiting in self.waiting[:limit]]

    async def stop(self) -> None:
        for pump in self._pumps.values():
            pump.cancel()
        await asyncio.gather(*self._pumps.values(), return_exceptions=True)
        await self._caller.close()

    def _choose(self, params: Params) -> None:
        allowed = params.json("allowed_updates")
        if isinstance(allowed, list):
            self._allowed = [str(kind) for kind in allowed]

    def _confirm(self, offset: int) -> None:
        kept = self.waiting[offset:] if offset < 0 else [w for w in self.waiting if w.update["update_id"] >= offset]
        for waiting in self.waiting:
            if waiting not in kept:
                waiting.taken.set()
        self.waiting = kept

    def _start(self, key: str) -> None:
        if self.webhook.url and key not in self._pumps:
            self._pumps[key] = asyncio.create_task(self._pump(key))

    async def _pump(self, key: str) -> None:
        try:
            while waiting := next((w for w in self.waiting if w.key == key), None):
                if not self.webhook.url:
                    return
                async with self._slots:
                    taken = await self._attempt(waiting)
                if taken and waiting in self.waiting:
                    self.waiting.remove(waiting)
                    waiting.taken.set()
                elif not taken:
                    await asyncio.sleep(self._retry)
        finally:
            del self._pumps[key]

    async def _attempt(self, waiting: Waiting) -> bool:
        hook = self.webhook
        secret = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        headers = {"Content-Type": "application/json"} | secret
        answer = await self._caller.post(hook.url, msgspec.json.encode(waiting.update), headers)
        self.attempts.append(Attempt(waiting.update["update_id"], answer.status))
        if 200 <= answer.status < 300:
            await self._act_on(answer.body)
            return True
        said = f"{answer.status} {answer.reason}"
        hook.error = f"Wrong response from the webhook: {said}" if answer.status else answer.reason
        hook.error_at = int(time.time())
        return False

    async def _act_on(self, answer: bytes) -> None:
        """Run the method that a webhook may answer with; its outcome is told to nobody."""
        try:
            call = msgspec.json.decode(answer, type=Json)
        except msgspec.DecodeError:
            return
        method = call.pop("method", None)
        if isinstance(method, str):
            await self._execute(method, call)
