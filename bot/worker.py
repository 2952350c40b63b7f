"""One worker's process: `python -m bot.worker ORDER`. Signals are looked after before the app is imported."""

import faulthandler
import gc
import os
import signal
import sys
from functools import partial
from importlib import import_module
from select import select
from threading import Thread

from bot.background import GAVE_UP, Order, Scoreboard, decode_order
from bot.cli import tell


def main() -> None:
    """Serve until a signal. Exits with 0; with 3 where it cannot start, and with 1 after a sentence that says why."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # also before and after uvicorn, which handles it meanwhile
    for number in (signal.SIGINT, signal.SIGHUP):  # a terminal sends them to all: the supervisor decides
        signal.signal(number, signal.SIG_IGN)
    gc.disable()  # until the app has started: what is made until then stays
    order = decode_order(sys.argv[1])
    for file in (*order.sockets, order.board, order.lifeline, order.dump, *order.keeps):
        os.set_inheritable(file, False)
    Thread(target=_end_with_the_supervisor, args=(order,), daemon=True).start()
    faulthandler.register(signal.SIGUSR1, file=order.dump, all_threads=True)
    tell(partial(import_module("bot.cli.serve_worker").serve, order), ["serve"])


def _end_with_the_supervisor(order: Order) -> None:
    """While it starts: an orphan would keep the port. Once it listens, its event loop sees to that in good order."""
    select([order.lifeline], [], [])
    if not Scoreboard(order.board).slot(order.slot).ready:
        os._exit(GAVE_UP)


if __name__ == "__main__":
    main()
