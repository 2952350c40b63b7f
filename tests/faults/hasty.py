"""`toso serve` that loses patience soon: `python -m tests.faults.hasty FACTORY WORKERS` serves a faulty app."""

import sys

from bot.cli import serve, supervisor, tell, workers

STUCK_LOOKS = 10
"""Five seconds instead of twenty."""


def main() -> None:
    """Run until a signal."""
    _, factory, count = sys.argv
    workers.STUCK_LOOKS, supervisor.STORE_SILENT_LOOKS = STUCK_LOOKS, STUCK_LOOKS
    tell(lambda: serve.serve_app(f"tests.faults.factories:{factory}", None, None, int(count)), [])


if __name__ == "__main__":
    main()
