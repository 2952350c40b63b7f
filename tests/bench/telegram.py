"""Drives the app with a Telegram load generator beside other bots, and prints ratios within the same rounds.

The generator is a folder with `bench.py`, which starts a Redis server, a stub of the Bot API, and each bot in turn.
"""

import json
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).with_name("telegram_scripts")
OURS = "toso"
LIMITS: Mapping[str, float] = {"libs-aiohttp": 1.6, "grammy-conversations": 1.0, "aiogram": 0.35}
"""How much CPU an update may cost here, as a ratio to each of these bots in the same round."""


def run(harness: Path, python: str, rounds: int) -> None:
    """Run the stages and print their tables, then our ratios."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.jsonl"
        _bench(harness, python, "main", [OURS, *LIMITS], "--rounds", str(rounds), "--out", str(out))
        _bench(harness, python, "behave", [OURS], "--out", str(out))
        _bench(harness, python, "workers", [OURS, "libs-aiohttp"], "--rounds", str(rounds), "--out", str(out))
        _bench(harness, python, "report", [str(out)], "--baseline", "libs-aiohttp")
        records = [json.loads(line) for line in out.read_text().splitlines()]
    print("\nCPU of one update, ours to theirs, median over the rounds:")
    for peer, limit in LIMITS.items():
        print(f"  {_ratio(records, peer):.2f} × {peer} (at most {limit})")
    print(
        f"gain of a second worker: ours {_gain(records, OURS):.2f}, libs-aiohttp {_gain(records, 'libs-aiohttp'):.2f}"
    )


def _bench(harness: Path, python: str, stage: str, bots: Sequence[str], *options: str) -> None:
    files = ["--peers-file", str(HERE / "peers.toml"), "--scripts", str(HERE)]
    command = [python, "-B", "bench.py", stage, *bots, *files, *options]
    subprocess.run(command, cwd=harness, check=True)


def _cpu(records: Sequence[Mapping[str, Any]], bot: str) -> dict[int, float]:
    found = [record for record in records if record["stage"] == "main" and record["bot"] == bot and "closed" in record]
    return {record["round"]: record["closed"]["cpu_us"] for record in found}


def _ratio(records: Sequence[Mapping[str, Any]], peer: str) -> float:
    ours, theirs = _cpu(records, OURS), _cpu(records, peer)
    return statistics.median(ours[number] / theirs[number] for number in ours.keys() & theirs.keys())


def _gain(records: Sequence[Mapping[str, Any]], bot: str) -> float:
    def rate(workers: int) -> float:
        return statistics.median(
            float(record["closed"]["replies_per_s"])
            for record in records
            if record["stage"] == "workers" and record["bot"] == bot and record.get("workers") == workers
        )

    return rate(2) / rate(1)
