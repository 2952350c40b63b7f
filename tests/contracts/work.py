"""Work for a process apart: honest, and what hostile bytes could make of it."""

import os
import signal
import socket

from bot.sandbox.answers import Unfit


def backwards(data: bytes) -> bytes:
    return data[::-1]


def refuses(_data: bytes) -> bytes:
    raise Unfit("silent")


def is_wrong(_data: bytes) -> bytes:
    raise ZeroDivisionError("a bug")


def never_ends(_data: bytes) -> bytes:
    while True:
        pass


def waits(_data: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSTOP)
    return b""


def swallows_memory(_data: bytes) -> bytes:
    return bytes(4 * 1024**3)


def dies(_data: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def talks_much(_data: bytes) -> bytes:
    return bytes(1_000_000)


def opens_a_file(_data: bytes) -> bytes:
    with open(__file__, "rb") as file:
        return file.read()


def connects(_data: bytes) -> bytes:
    with socket.socket():
        return b"a socket"


def tells_its_environment(_data: bytes) -> bytes:
    return " ".join(os.environ).encode()
