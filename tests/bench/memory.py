"""How much memory this process has, as Linux counts it."""

from pathlib import Path
from typing import Literal


def mebibytes(what: Literal["VmRSS", "VmHWM"]) -> float:
    """What it holds now (`VmRSS`), or the most it held since its program began (`VmHWM`); see proc_pid_status(5).

    `getrusage` will not do for the most: it counts what the process held before it became this program, too.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{what}:")) / 1024
