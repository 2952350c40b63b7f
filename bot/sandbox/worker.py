"""The process in which one piece of work is done (`bot.sandbox.runner`): it reads all of its input, and answers once.

All that the work imports is imported before the limits hold; after that it has what it was given, and nothing else.
"""

import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module

from bot.sandbox.answers import BROKEN, DONE, HEAD, UNUSABLE, Unfit

_LESS_URGENT = 5
"""Behind who answers, and not far behind: somebody waits for this work, too."""
_FILES = 3
"""Input, output and errors, which are open: no other file can be opened, and no connection."""


def main(work: str, cpu_seconds: str, memory_bytes: str) -> None:
    os.nice(_LESS_URGENT)
    module, name = work.split(":")
    function: Callable[[bytes], bytes] = getattr(import_module(module), name)
    data = sys.stdin.buffer.read()
    _confine(int(cpu_seconds), int(memory_bytes))
    status, answer = _answer(function, data)
    sys.stdout.buffer.write(HEAD.pack(status, len(answer)) + answer)


def _confine(cpu_seconds: int, memory_bytes: int) -> None:
    limits = {resource.RLIMIT_CPU: cpu_seconds, resource.RLIMIT_NOFILE: _FILES, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":  # elsewhere addresses cannot be limited
        limits[resource.RLIMIT_AS] = memory_bytes
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def _answer(function: Callable[[bytes], bytes], data: bytes) -> tuple[int, bytes]:
    try:
        return DONE, function(data)
    except Unfit as reason:
        return UNUSABLE, str(reason).encode()
    except Exception as bug:
        return BROKEN, f"{type(bug).__name__}: {bug}".encode()


if __name__ == "__main__":
    main(*sys.argv[1:])
