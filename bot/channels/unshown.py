"""For what holds secrets: it may stand in a log line or a traceback."""

from msgspec import Struct
from typing_extensions import override


class Unshown(Struct, frozen=True):
    """Never shows what it holds."""

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"
