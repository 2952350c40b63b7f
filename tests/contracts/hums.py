"""A program that reads aloud, as an admin could name one: it hums as long as there are words on its input."""

import sys

from tests.contracts.recordings import hum

if __name__ == "__main__":
    words = sys.stdin.read().split()
    assert words
    assert sys.argv[1:] in (["vi"], ["en"])
    sys.stdout.buffer.write(hum(0.3 * len(words)))
