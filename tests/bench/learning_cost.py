"""What learning costs, by itself in its process: as a program it reads documents, packed, and prints what they took."""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import msgspec
from msgspec import Struct

from bot.language.evidence import Document
from bot.teaching.memory import Memory, digest

_ROOT = Path(__file__).parents[2]


class Learning(Struct):
    """What was learnt, as it is kept, and what that took: seconds, and MiB at most."""

    learnt: bytes
    seconds: float
    memory: float


def learning(documents: Sequence[Document]) -> Learning:
    """Learn from the documents anew."""
    command = (sys.executable, "-m", "tests.bench.learning_cost")
    given = msgspec.msgpack.encode(documents)
    ran = subprocess.run(command, cwd=_ROOT, check=True, input=given, stdout=subprocess.PIPE)
    return msgspec.msgpack.decode(ran.stdout, type=Learning)


def _learning(documents: Sequence[Document]) -> Learning:
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        Memory(Path(folder)).taught(documents)
        seconds = perf_counter() - started
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return Learning((Path(folder) / digest(documents)).read_bytes(), seconds, most)


if __name__ == "__main__":
    given = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Document])
    sys.stdout.buffer.write(msgspec.msgpack.encode(_learning(given)))
