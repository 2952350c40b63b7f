"""A node of a cluster that is dead or frozen: what operators read then, and how long residents of the others wait."""

from typing import Any

import pytest

from bot.cli.doctor import _saves
from bot.errors import TosoError
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.conftest import halves as halves
from tests.contracts.servers import Cluster, Server
from tests.contracts.test_cluster_requests import NODES, without
from tests.faults.rig import App, Rig
from tests.patience import until


def share(cluster: Cluster, node: Server) -> int:
    """How many partitions live there."""
    return sum(cluster.holder(part.ping) is node for part in keys.PARTITIONS)


async def ready(rig: Rig, app: App) -> tuple[int, Any]:
    """The status of `/readyz`, and how many partitions it says are away."""
    async with rig.session.get(f"{app.address}/readyz") as answer:
        said = await answer.json()
        return answer.status, said.get("partitions_away", 0) if "ready" in said else said


async def away(rig: Rig, app: App) -> float:
    lines = (await rig.metrics(app)).splitlines()
    return next((float(line.split()[1]) for line in lines if line.startswith("toso_partitions_away ")), -1)


@pytest.mark.parametrize("how", ["dead", "frozen"])
@pytest.mark.parametrize("number", NODES)
async def test_without_one_node_it_is_ready_and_says_how_much_is_away(
    rig: Rig, halves: Cluster, number: int, how: str
) -> None:
    node = halves.nodes[number]
    there = share(halves, node)
    assert 0 < there < len(keys.PARTITIONS) / 2
    old = await rig.faulty("sound", REDIS_URL=halves.url)
    assert await ready(rig, old) == (200, 0)
    with without(halves, node, how):
        new = await rig.faulty("sound", REDIS_URL=halves.url)
        for app in (old, new):
            assert await ready(rig, app) == (200, there)
            assert await away(rig, app) == there
        store = RedisStore(halves.url, "doctor")
        with pytest.raises(TosoError, match=rf"nothing can be saved to {there} of its 16 partitions"):
            await _saves(store, "it")
        await store.close()

    async def whole() -> bool:
        return await ready(rig, old) == (200, 0) and await away(rig, old) == 0

    await until(whole)


async def test_without_most_nodes_it_is_not_ready(rig: Rig, halves: Cluster) -> None:
    app = await rig.faulty("sound", REDIS_URL=halves.url)
    gone = halves.nodes[:2]
    for node in gone:
        node.kill()
    assert (await ready(rig, app))[0] == 503
    for node in gone:
        node.start()
    await until(halves.works)

    async def whole() -> bool:
        return await ready(rig, app) == (200, 0)

    await until(whole)
