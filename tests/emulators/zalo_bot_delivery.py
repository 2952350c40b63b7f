"""How updates reach a Zalo bot: pushed to its webhook, or one by one when it asks."""

import asyncio
import ipaddress
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from tests.emulators.faults import Json
from tests.emulators.webhook_caller import Answer, WebhookCaller
from tests.emulators.zalo_bot_world import ApiError, World, bad
from tests.patience import PATIENCE

DEADLINE_SECONDS = 5.0
"""The platform's own."""
_CALLER = "Java/1.8.0_192"


@dataclass
class Update:
    """An update on its way; `done` when the bot has it, or it was given up."""

    content: Json
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Attempt:
    """One try to hand an update to the webhook; `status` 0 means no answer."""

    event_name: str
    status: int
    seconds: float


class Delivery:
    """The updates of one bot.

    `wrapped`: webhook bodies as documented, `{"ok": true, "result": …}`; real ones are flat. `replay`: every update
    comes again on later polls; else it comes once. `as_array`: polls answer with an array. `idle_null`: an idle poll
    answers with null instead of 408. `copies`: how often each update is pushed; `retries`: how often again, when the
    webhook did not answer with 2xx in `deadline` seconds, after `retry_seconds` (whether there are any is not
    documented).
    """

    def __init__(self, world: World, *, allow_http: bool, tests_a_day: int) -> None:
        self.world = world
        self.wrapped = False
        self.replay = False
        self.as_array = False
        self.idle_null = False
        self.copies = 1
        self.retries = 0
        self.retry_seconds = 0.01
        self.deadline = PATIENCE
        self.url = ""
        self.secret = ""
        self.attempts: list[Attempt] = []
        self.waiting: list[Update] = []
        self._allow_http = allow_http
        self._tests_left = tests_a_day
        self._changed_at = 0
        self._taken: list[Update] = []
        self._arrived = asyncio.Event()
        self._last: dict[str, asyncio.Task[None]] = {}
        self._caller = WebhookCaller()

    def push(self, content: Json, key: str) -> Update:
        """Hand over an update; those with the same key go in order."""
        update = Update(content)
        if self.url:
            self._last[key] = asyncio.create_task(self._deliver(update, self._last.get(key)))
        else:
            self.waiting.append(update)
            self._arrived.set()
        return update

    async def set_webhook(self, params: Json) -> Json:
        """Keep the address, whatever the probe says of it."""
        url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
        if not self._is_public(url):
            raise bad("Bad Request: url must be a public HTTPS address")
        if not 8 <= len(secret) <= 256:
            raise bad("Bad Request: secret_token must have 8 to 256 characters")
        self.url, self.secret, self._changed_at = url, secret, self.world.now_ms()
        verdict, answer = await self._probe()
        measured = {"status_code": answer.status, "latency_ms": int(answer.seconds * 1000)}
        return {"url": url, "updated_at": self._changed_at, "verification": self._verdict(verdict) | measured}

    async def test_webhook(self) -> Json:
        if not self.url:
            raise ApiError(404, "Not Found")
        if self._tests_left <= 0:
            raise ApiError(426, "Webhook test limit reached, try again tomorrow")
        self._tests_left -= 1
        verdict, _ = await self._probe()
        return self._verdict(verdict)

    def delete_webhook(self) -> Json:
        self.url, self.secret, self._changed_at = "", "", self.world.now_ms()
        return {"url": "", "updated_at": self._changed_at}

    def webhook_info(self) -> Json:
        if not self.url:
            raise ApiError(404, "Not Found")
        return {"url": self.url, "updated_at": self._changed_at}

    async def get_updates(self, params: Json) -> Json | list[Json] | None:
        """One update. Holds the call for `timeout` seconds; nothing by then is 408. There is no offset and no limit."""
        if self.url:
            raise bad("You cannot use this API while a webhook is set. Please remove the webhook first")
        try:
            until = time.monotonic() + float(params.get("timeout", 30))
        except ValueError:
            raise bad("Bad Request: timeout is invalid") from None
        while not (found := self._next()):
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), max(until - time.monotonic(), 0))
            except TimeoutError:
                if self.idle_null:
                    return None
                raise ApiError(408, "Request timeout") from None
        return [found] if self.as_array else found

    async def stop(self) -> None:
        tasks = list(self._last.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._caller.close()

    def _next(self) -> Json | None:
        if self.waiting:
            update = self.waiting.pop(0)
            update.done.set()
        elif self.replay and self._taken:
            update = self._taken.pop(0)
        else:
            return None
        if self.replay:
            self._taken.append(update)
        return update.content

    def _is_public(self, url: str) -> bool:
        parts = urlsplit(url)
        if self._allow_http and parts.scheme == "http" and parts.hostname:
            return True
        if parts.scheme != "https" or not parts.hostname or parts.hostname == "localhost":
            return self._allow_http and parts.scheme == "https"
        try:
            return ipaddress.ip_address(parts.hostname).is_global
        except ValueError:
            return True

    def _verdict(self, outcome: str) -> Json:
        hint = "" if outcome == "webhook.ok" else "The webhook must answer our POST (User-Agent Java) with 200."
        return {"ok": outcome == "webhook.ok", "url": self.url, "outcome": outcome, "hint": hint}

    async def _probe(self) -> tuple[str, Answer]:
        """Call the webhook with nothing: no body, no secret. Gives the outcome, and how the call ended."""
        answer = await self._post(b"", {})
        if answer.why:
            return f"webhook.err.{answer.why}", answer
        if 200 <= answer.status < 300:
            return "webhook.ok", answer
        told = "5xx" if answer.status >= 500 else str(answer.status) if answer.status in (403, 404) else "other"
        return f"webhook.http.{told}", answer

    async def _deliver(self, update: Update, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait([before])
        body = {"ok": True, "result": update.content} if self.wrapped else update.content
        headers = {"X-Bot-Api-Secret-Token": self.secret, "Content-Type": "application/json"}
        try:
            for _ in range(self.copies):
                for _ in range(1 + self.retries):
                    answer = await self._post(msgspec.json.encode(body), headers)
                    name = str(update.content.get("event_name"))
                    self.attempts.append(Attempt(name, answer.status, answer.seconds))
                    if 200 <= answer.status < 300:
                        break
                    await asyncio.sleep(self.retry_seconds)
        finally:
            update.done.set()

    async def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        return await self._caller.post(self.url, body, headers | {"User-Agent": _CALLER}, self.deadline)
