"""A folder that has no room for more when a test says so: a small file system of its own, or a limit of the system."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 16 * 1024 * 1024
_UNLIMITED = resource.RLIM_INFINITY


class SmallDisk:
    """`fill` takes all room, `free` gives it back. `mounted` says whether it is a file system of its own."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder = folder
        self.mounted = mounted
        self._limited: list[int] = []

    def fill(self, supervisor: int, *, but_kb: int = 0) -> None:
        """Leave no room for the store of the app that this process runs, or so much."""
        if self.mounted:
            filler = self.folder / "filler"
            with filler.open("wb", buffering=0) as opened, suppress(OSError):
                while opened.write(bytes(4096)):
                    pass
            os.truncate(filler, filler.stat().st_size - but_kb * 1024)
            return
        server = int((self.folder / "var" / "valkey.pid").read_text())
        self._limited = [supervisor, server]
        kept = next((self.folder / "var" / "appendonlydir").glob("*.incr.aof")).stat().st_size
        for process in self._limited:  # files that are that long cannot grow
            resource.prlimit(process, resource.RLIMIT_FSIZE, (kept, _UNLIMITED))

    def free(self) -> None:
        """Give the room back."""
        if self.mounted:
            (self.folder / "filler").unlink()
        for process in self._limited:
            with suppress(ProcessLookupError):
                resource.prlimit(process, resource.RLIMIT_FSIZE, (_UNLIMITED, _UNLIMITED))


@contextmanager
def small_disk(folder: Path, *, mounts: bool) -> Iterator[SmallDisk]:
    """A disk at this folder for as long as the block runs; where nothing may be mounted, a limit takes its place."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    mounted = mounts and os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield SmallDisk(folder, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
