"""What learning costs, by itself in its process: as a program it reads documents, packed, and prints what they took."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import msgspec
from msgspec import Struct
from threadpoolctl import threadpool_limits

from bot.nlu.linear_model import Document
from bot.training.learning import decoded, learnt
from bot.training.model_store import COUNTING, packed
from tests.bench.memory import mebibytes

_ROOT = Path(__file__).parents[2]


class Learning(Struct):
    """What was learnt, as it is kept, and what that took: seconds of CPU, and MiB at most."""

    learnt: bytes
    seconds: float
    memory: float


def learning(documents: Sequence[Document], counting: float = COUNTING) -> Learning:
    """Learn from the documents anew."""
    command = (sys.executable, "-m", "tests.bench.learning_cost", str(counting))
    given = msgspec.msgpack.encode(documents)
    ran = subprocess.run(command, cwd=_ROOT, check=True, input=given, stdout=subprocess.PIPE)
    return msgspec.msgpack.decode(ran.stdout, type=Learning)


def _learning(documents: Sequence[Document], counting: float) -> Learning:
    started = process_time()
    with threadpool_limits(1):
        evidence = packed(learnt(documents, counting))
    seconds = process_time() - started
    return Learning(evidence, seconds, mebibytes("VmHWM"))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.msgpack.encode(_learning(decoded(sys.stdin.buffer.read()), float(sys.argv[1]))))
