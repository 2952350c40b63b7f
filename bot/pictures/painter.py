"""A process that draws, so that nobody who waits for an answer waits for a picture.

It reads descriptions from its input, one a line, as JSON, and writes each picture as its length in four bytes and PNG.
It ends with its input.
"""

import os
import sys

from bot.pictures.describing import decode_description
from bot.pictures.drawing import draw

_LESS_URGENT = 10


def main() -> None:
    os.nice(_LESS_URGENT)
    for line in sys.stdin.buffer:
        picture = draw(decode_description(line))
        sys.stdout.buffer.write(len(picture).to_bytes(4, "big") + picture)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
