"""Ports for servers that are started a moment later, or more than once at the same one."""

import os
import socket
from itertools import count
from random import randrange

_FIRST, _SHARE, _SHARES = 20_000, 2_000, 6
"""All below 32768, from where Linux takes the ports it chooses itself: for connections, and for port 0."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _SHARES
_numbers = count(randrange(_SHARE))


def free_port() -> int:
    """A port of 127.0.0.1 where nobody listens, and nobody else will before the one who asked for it."""
    for number in _numbers:
        port = _FIRST + _WORKER * _SHARE + number % _SHARE
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("numbers do not end")
