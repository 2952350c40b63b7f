"""A process that draws, so that nobody who waits for an answer waits for a picture.

It reads what is wanted from its input, one a line, as JSON, and writes each picture behind its length in four bytes:
what is drawn as PNG, what is made of a screenshot as JPEG. It ends with its input.
"""

import os
import sys

from bot.images.render import draw, mark
from bot.images.screens import Description
from bot.images.screenshot import decode_wanted

_LESS_URGENT = 10


def main() -> None:
    os.nice(_LESS_URGENT)
    for line in sys.stdin.buffer:
        wanted = decode_wanted(line)
        picture = draw(wanted) if isinstance(wanted, Description) else mark(wanted)
        sys.stdout.buffer.write(len(picture).to_bytes(4, "big") + picture)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
