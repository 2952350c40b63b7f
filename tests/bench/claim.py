"""Fifty volunteers press *take* on 200 requests at once, for 100 rounds, at two workers that are processes.

It ends with an error when a request has not exactly one winner, or somebody else was told anything but who has it.
"""

import asyncio
import logging
import multiprocessing
import tempfile
import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

from bot.model import Verdict
from bot.store.redis import RedisStore
from tests.contracts.claiming import Ward
from tests.contracts.servers import Server

VOLUNTEERS, REQUESTS, ROUNDS, WORKERS = 50, 200, 100, 2

Told = dict[str, list[tuple[str, Verdict]]]


def run() -> None:
    """Print how long a press takes with everybody at once. Raises AssertionError when a claim went wrong."""
    spawn = multiprocessing.get_context("spawn")
    barrier, told = spawn.Barrier(WORKERS + 1), spawn.Queue()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        workers = [spawn.Process(target=_work, args=(server.name, number, barrier, told)) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        try:
            seconds = asyncio.run(_judge(server.name, barrier, told))
        finally:
            for worker in workers:
                worker.terminate()
                worker.join()
            server.kill()
    presses = ROUNDS * REQUESTS * VOLUNTEERS
    print(f"claim: {ROUNDS} rounds of {VOLUNTEERS} volunteers × {REQUESTS} requests at {WORKERS} workers")
    print(f"  one winner each, {presses - ROUNDS * REQUESTS:,} others told who; {presses / seconds:,.0f} presses/s")


async def _judge(url: str, barrier: Barrier, told: "Queue[Told]") -> float:
    store = RedisStore(url, "judge")
    ward, seconds = Ward([store], VOLUNTEERS), 0.0
    await ward.join()
    barrier.wait()
    for number in range(ROUNDS):
        await ward.requests(REQUESTS, number * REQUESTS)
        barrier.wait()
        began = time.perf_counter()
        answers = [told.get() for _ in range(WORKERS)]
        seconds += time.perf_counter() - began
        await ward.check({code: [each for answer in answers for each in answer[code]] for code in answers[0]})
    await store.close()
    return seconds


def _work(url: str, number: int, barrier: Barrier, told: "Queue[Told]") -> None:
    logging.disable(logging.INFO)
    asyncio.run(_press(url, number, barrier, told))


async def _press(url: str, number: int, barrier: Barrier, told: "Queue[Told]") -> None:
    ward = Ward([RedisStore(url, f"worker-{number}", alone=False)], VOLUNTEERS)
    barrier.wait()
    await ward.open()
    for at in range(ROUNDS):
        barrier.wait()
        codes = ward.codes(REQUESTS, at * REQUESTS)
        told.put(await ward.take_all(codes, ward.people[number::WORKERS], Random(at)))
