"""Files that others read meanwhile: each is there as a whole, as it was before or as it is now."""

import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file anew. Raises OSError, and what was there before stays, and nothing else."""
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)  # on a full disk half of it would stay
