"""How events reach the app's webhook: signed, again only when nobody could be reached."""

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.emulators.faults import Json
from tests.emulators.webhook_caller import Answer, WebhookCaller
from tests.patience import PATIENCE

DEADLINE_SECONDS = 2.0
"""The platform's own."""
RETRY_SECONDS = (30, 300, 900, 1800, 3600)


def mac(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """The signature of an event: SHA-256 over a concatenation, in hexadecimal."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


@dataclass(frozen=True)
class Attempt:
    """One try to hand an event to the webhook; `status` 0 means no connection, -1 no answer in time."""

    event_name: str
    msg_id: str
    status: int
    seconds: float
    retry: int = 0


@dataclass
class Event:
    """An event on its way; `tried` after the first attempt, `done` when it was taken or given up."""

    content: Json
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    before: "Event | None" = None


@dataclass
class Signing:
    """How events are written and signed. `style`: of the header's value. `header_seconds`: send `X-ZEvent-Timestamp`
    too, that much off the body's, and sign with it. `spaced`: JSON with spaces; `escaped`: with `\\u` escapes."""

    style: Literal["mac=", "mac = ", "", "upper"] = "mac="
    header_seconds: float | None = None
    spaced: bool = False
    escaped: bool = False
    secret: str = ""


class Delivery:
    """The events of one app.

    `allow_http`: take webhooks without TLS. `scale`: how long a second of the retry schedule is. `deadline`: seconds,
    more than the platform's, so that a busy machine changes nothing.
    `retries_on`: what is tried again; only a failed connection is documented. `copies`: how often each event is sent.
    `only_hash`: the console's syntax filter, texts that begin with `#` alone.
    """

    def __init__(self, app_id: str, secret: str, *, allow_http: bool = True, scale: float = 0.001) -> None:
        self.app_id = app_id
        self.signing = Signing(secret=secret)
        self.scale = scale
        self.deadline = PATIENCE
        self.retries_on: set[Literal["connection", "status", "slow"]] = {"connection"}
        self.copies = 1
        self.only_hash = False
        self.url = ""
        self.enabled = False
        self.attempts: list[Attempt] = []
        self._allow_http = allow_http
        self._held: list[Event] | None = None
        self._last: dict[str, Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._caller = WebhookCaller()

    async def set_webhook(self, url: str) -> bool:
        """Save the address in the console; False when it is not HTTPS or does not answer an unsigned `{}` with 200."""
        if not url.startswith("https://") and not (self._allow_http and url.startswith("http://")):
            return False
        if (await self._post(url, b"{}", {})).status != 200:
            return False
        self.url, self.enabled = url, True
        return True

    def push(self, content: Json, key: str) -> Event:
        """Send an event; those with the same key go in order. It is lost where no webhook is set or it is disabled."""
        event = Event(content, before=self._last.get(key))
        text = content.get("message", {}).get("text", "")
        filtered = self.only_hash and content["event_name"] == "user_send_text" and not text.startswith("#")
        if not self.enabled or filtered:
            event.tried.set()
            event.done.set()
            return event
        self._last[key] = event
        if self._held is not None:
            self._held.append(event)
        else:
            self._start(event)
        return event

    def hold(self) -> None:
        """Keep events back until `release`."""
        self._held = []

    async def release(self, *, backwards: bool = False) -> None:
        """Send what was kept back, in order or the newest first, and wait until it arrived."""
        events, self._held = self._held or [], None
        for event in reversed(events) if backwards else events:
            event.before = None
            self._start(event)
            await event.tried.wait()

    async def send_raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Post any bytes to the webhook, as somebody else might; gives the status."""
        return (await self._post(self.url, body, headers)).status

    def signed(self, content: Json) -> tuple[bytes, dict[str, str]]:
        """An event's body and headers."""
        how = self.signing
        separators = (", ", ": ") if how.spaced else (",", ":")
        body = json.dumps(content, ensure_ascii=how.escaped, separators=separators).encode()
        timestamp = str(content.get("timestamp", ""))
        headers = {"Content-Type": "application/json"}
        if how.header_seconds is not None:
            timestamp = str(int(timestamp) + int(how.header_seconds * 1000))
            headers["X-ZEvent-Timestamp"] = timestamp
        value = mac(self.app_id, body, timestamp, how.secret)
        headers["X-ZEvent-Signature"] = f"mac={value.upper()}" if how.style == "upper" else how.style + value
        return body, headers

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
            await asyncio.sleep(0)  # those that were done already are struck off the list only now

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._caller.close()

    def _start(self, event: Event) -> None:
        self._run(self._deliver(event))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Event) -> None:
        try:
            if event.before:
                await event.before.tried.wait()
                event.before = None
            body, headers = self.signed(event.content)
            outcomes = [await self._attempt(event, body, headers) for _ in range(self.copies)]
            event.tried.set()
            if not any(outcomes):
                await self._again(event, body, headers)
        finally:
            event.tried.set()
            event.done.set()

    async def _again(self, event: Event, body: bytes, headers: dict[str, str]) -> None:
        """The same bytes by the schedule; when that ends the webhook is disabled, until somebody enables it."""
        for retry, seconds in enumerate(RETRY_SECONDS, 1):
            await asyncio.sleep(seconds * self.scale)
            if await self._attempt(event, body, headers | {"num_retry": str(retry)}, retry):
                return
        self.enabled = False

    async def _attempt(self, event: Event, body: bytes, headers: dict[str, str], retry: int = 0) -> bool:
        """Whether this event needs no further attempt."""
        answer = await self._post(self.url, body, headers)
        msg_id = event.content.get("message", {}).get("msg_id", "")
        status = -1 if answer.why == "timeout" else answer.status
        self.attempts.append(Attempt(event.content["event_name"], msg_id, status, answer.seconds, retry))
        if status == 200:
            return True
        return {0: "connection", -1: "slow"}.get(status, "status") not in self.retries_on

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        return await self._caller.post(url, body, {"Content-Type": "application/json"} | headers, self.deadline)
