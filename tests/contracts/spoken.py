"""Something said aloud, for tests: see `tests/payloads/spoken`."""

from pathlib import Path

KHAI_SINH = (Path(__file__).parent.parent / "payloads/spoken/khai-sinh.ogg").read_bytes()
HEARD = "khai sinh cho cháu"
"""What is understood of it, whatever it is recorded as."""
