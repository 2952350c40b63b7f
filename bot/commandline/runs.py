"""Which starts of the app are over: what their workers had on lease in the store need not wait until it runs out."""

import fcntl
import logging
import os
import socket
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

_FOLDER = "runs"

_log = logging.getLogger("toso.app")


class Run:
    """This start of the app, noted in the folder of its data for as long as it, or a worker of it, has `file` open.

    `dead` are the names of starts before it of which nobody lives any more; `condemned` is where all of them keep which
    messages are not to be tried again.
    """

    def __init__(self, data_dir: Path) -> None:
        self.name = f"{socket.gethostname()}-{token_hex(6)}"
        self.file: int | None = None
        self.dead: list[str] = []
        self._place = data_dir.absolute() / _FOLDER / self.name
        self.condemned = self._place.parent.with_name("condemned")
        try:
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._look_at_others()
            self.file = self._note()
        except OSError as error:
            _log.warning("after a crash replies will wait for 15 s: %s (%s)", self._place.parent, error.strerror)

    def close(self) -> None:
        """Forget it: all its workers are gone."""
        if self.file is not None:
            self._place.unlink(missing_ok=True)
            os.close(self.file)

    def _note(self) -> int:
        """Locked under another name first: a note that is not locked is of a start that is over."""
        hidden = self._place.with_name(f".{self.name}")
        file = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(self._place)
        return file

    def _look_at_others(self) -> None:
        for note in self._place.parent.glob("[!.]*"):
            file = os.open(note, os.O_RDWR)
            try:
                with suppress(BlockingIOError):  # somebody of it lives
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.dead.append(note.name)
                    note.unlink()
            finally:
                os.close(file)
