"""Log lines: one a turn, readable or as JSON; never what somebody wrote, never a token."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from typing_extensions import override

_QUIET = ("httpx", "httpcore", "aiohttp.access", "asyncio", "uvicorn.access")


class _Text(logging.Formatter):
    """`2026-11-25T02:00:00.123Z INFO toso.turn turn chat=… …`"""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = f"{_moment(record)} {record.levelname} {record.name} {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    """One JSON object a line with `time`, `level`, `name`, `message` and, after a failure, `trace`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": _moment(record),
            "level": record.levelname,
            "name": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def configure(form: Literal["text", "json"]) -> None:
    """Send everything from INFO up to stdout, in one form; chatty libraries only from WARNING up."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
