"""Files that others read meanwhile: each is there as a whole, as it was before or as it is now."""

import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file anew. Raises OSError, and what was there before stays."""
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(file)
