"""One worker's process: `python -m bot.worker ORDER`. Signals are looked after before the app is imported."""

import faulthandler
import os
import signal
import sys
from functools import partial
from importlib import import_module

from bot.cli import tell
from bot.process import decode_order


def main() -> None:
    """Serve until a signal. Exits with 0; with 3 where it cannot start, and with 1 after a sentence that says why."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # also before and after uvicorn, which handles it meanwhile
    for number in (signal.SIGINT, signal.SIGHUP):  # a terminal sends them to all: the supervisor decides
        signal.signal(number, signal.SIG_IGN)
    order = decode_order(sys.argv[1])
    for file in (*order.sockets, order.board, order.lifeline, order.dump, *order.keeps):
        os.set_inheritable(file, False)
    faulthandler.register(signal.SIGUSR1, file=order.dump, all_threads=True)
    tell(partial(import_module("bot.serving").serve, order), ["serve"])


if __name__ == "__main__":
    main()
