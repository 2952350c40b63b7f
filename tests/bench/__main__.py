"""How fast it is on this machine: `python -m tests.bench [PART…]`.

Parts: engine, store, claim, desk, zalo, hearing, understanding, dangers, and telegram with `--harness DIR`.
"""

import argparse
from pathlib import Path

from tests.bench import claim, dangers, desk, engine, hearing, store, telegram, understanding, understanding_cost, zalo
from tests.setting import setting


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help="default: engine and store")
    parser.add_argument("--harness", type=Path, help="folder of the Telegram load generator (bench.py), for `telegram`")
    parser.add_argument("--python", default="python3", help="interpreter with the packages of the generator's peers")
    parser.add_argument("--speech", type=Path, help="folder of recordings with their words, for `hearing`")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    parts = given.parts or ["engine", "store"]
    if "engine" in parts:
        engine.run()
    if "store" in parts:
        store.run()
    if "claim" in parts:
        claim.run()
    if "desk" in parts:
        desk.run()
    if "zalo" in parts:
        zalo.run()
    if "hearing" in parts:
        hearing.run(given.speech)
    if "understanding" in parts:
        understanding.run(setting().matcher, {guide.id: guide.topic for guide in setting().library.all()})
        understanding_cost.run()
    if "dangers" in parts:
        dangers.run(setting().matcher)
    if "telegram" in parts:
        if given.harness is None:
            parser.error("telegram needs --harness DIR")
        telegram.run(given.harness, given.python, given.rounds)


if __name__ == "__main__":
    main()
