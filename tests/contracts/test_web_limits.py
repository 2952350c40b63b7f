"""Tokens that prove themselves, and how often one address may call."""

import pytest

from api.chat.routes import Tokens
from api.rate_limit import OpenLimit, RateLimit
from bot.store.memory import MemoryStore


class Seconds:
    """A clock that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_allowance_refills_with_time() -> None:
    clock = Seconds()
    limit = RateLimit(60, clock)
    assert [limit.wait("203.0.113.9") for _ in range(60)] == [0.0] * 60
    assert limit.wait("203.0.113.9") == pytest.approx(1.0)
    assert limit.wait("203.0.113.10") == 0.0
    clock.now += 1.0
    assert limit.wait("203.0.113.9") == 0.0
    assert limit.wait("203.0.113.9") > 0


@pytest.mark.parametrize(("per_minute", "address"), [(0, "203.0.113.9"), (1, "127.0.0.1"), (1, "::1")])
def test_no_limit_and_this_machine_always_pass(per_minute: float, address: str) -> None:
    limit = RateLimit(per_minute, Seconds())
    assert {limit.wait(address) for _ in range(500)} == {0.0}


def test_a_household_has_one_allowance_whichever_of_its_addresses_it_calls_from() -> None:
    limit = RateLimit(5, Seconds())
    waits = [limit.wait(f"2001:db8:0:7::{number:x}") for number in range(1, 7)]
    assert waits[:5] == [0.0] * 5
    assert waits[5] > 0
    assert limit.wait("2001:db8:0:8::1") == 0.0
    limit.forgive("2001:db8:0:7::1")
    assert limit.wait("2001:db8:0:7::2") == 0.0


def test_strangers_on_ipv4_stay_strangers_where_their_addresses_are_spelled_as_ipv6() -> None:
    limit = RateLimit(1, Seconds())
    assert limit.wait("::ffff:203.0.113.9") == 0.0
    assert limit.wait("::ffff:203.0.113.10") == 0.0
    assert limit.wait("203.0.113.9") > 0
    assert {limit.wait("::ffff:127.0.0.1") for _ in range(5)} == {0.0}


def test_only_so_many_are_open_at_a_time() -> None:
    limit = OpenLimit(2)
    assert [limit.enter("203.0.113.9") for _ in range(3)] == [True, True, False]
    assert limit.enter("203.0.113.10")
    limit.leave("203.0.113.9")
    assert [limit.enter("203.0.113.9") for _ in range(2)] == [True, False]
    assert all(limit.enter("127.0.0.1") for _ in range(5))


def test_many_addresses_cannot_fill_the_memory() -> None:
    clock = Seconds()
    limit = RateLimit(60, clock)
    for number in range(10_000):
        limit.wait(f"10.0.{number >> 8}.{number & 255}")
    clock.now += 60
    limit.wait("203.0.113.9")
    assert len(limit) == 1


async def test_tokens_prove_themselves() -> None:
    store = MemoryStore("tokens")
    issued = [await Tokens(store).issue() for _ in range(3)]
    assert len(set(issued)) == 3
    for token in issued:
        assert await Tokens(store).chat(token) is not None
        assert await Tokens(MemoryStore("another ward")).chat(token) is None


async def test_only_the_spelling_that_was_issued_opens_a_conversation() -> None:
    tokens = Tokens(MemoryStore("tokens"))
    token = await tokens.issue()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbours = [token[:-1] + letter for letter in alphabet if letter != token[-1]]
    assert [await tokens.chat(other) for other in neighbours] == [None] * len(neighbours)
