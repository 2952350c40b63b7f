"""What understanding costs: CPU for a text, start-up and memory, in a process of its own; and learning.

As a program (`python -m tests.bench.understanding_cost FOLDER COPIES`) it builds a matcher for COPIES times as
many guides and prints what that took.
"""

import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.content.guide import Guide, StepWords, Words
from bot.loading import LEARNT
from bot.nlu.intent import Matcher
from bot.training.model_store import Memory
from tests.bench.learning_cost import learning
from tests.bench.memory import mebibytes
from tests.bench.understanding import SETS, read
from tests.setting import content, setting

_ROOT = Path(__file__).parents[2]
_CHANGED_WORDS = 3
"""Of so many words of a copied guide, one is another."""


class Cost(Struct):
    """What a matcher took: seconds to build, MiB it holds, µs of CPU for a text (mean, and one in a hundred more)."""

    guides: int
    built: float
    memory: float
    mean: float
    slow: float


def run() -> None:
    """Print what understanding costs, beside the limits."""
    print("\nwhat it costs" + " " * 24 + f"{'guides':>8} {'µs a text':>10} {'p99':>7} {'start s':>8} {'MiB':>6}")
    _print("learnt", _measured(LEARNT, 1), "1000", "0.3", "30")
    _print("counted", _measured(Path("nothing"), 1), "1000", "0.3", "30")
    _print("counted, eleven times as many", _measured(Path("nothing"), 11), "3000")
    took = learning(setting().matcher.documents)
    print(f"learning anew takes {took.seconds:.1f} s of CPU and {took.memory:.0f} MiB, in a process of its own")


def _measured(folder: Path, copies: int) -> Cost:
    command = (sys.executable, "-m", "tests.bench.understanding_cost", str(folder), str(copies))
    return msgspec.json.decode(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True).stdout, type=Cost)


def _print(name: str, cost: Cost, mean: str, built: str = "", memory: str = "") -> None:
    print(f"{name:<37} {cost.guides:>8} {cost.mean:>10.0f} {cost.slow:>7.0f} {cost.built:>8.2f} {cost.memory:>6.1f}")
    print(f"{'  limit':<37} {'':>8} {mean:>10} {'':>7} {built:>8} {memory:>6}")


def _cost(folder: Path, copies: int) -> Cost:
    guides = [_another(parsed.guide, number) for number in range(copies) for parsed in content().guides]
    texts = [question.text for question in read(SETS["tuned"])]
    held, started = mebibytes("VmRSS"), perf_counter()
    matcher = Matcher(guides, content().talk, Memory(folder).weigh)
    built = perf_counter() - started
    times = []
    for text in texts:
        before = process_time()
        matcher.match(text)
        times.append((process_time() - before) * 1e6)
    memory = mebibytes("VmRSS") - held
    return Cost(len(guides), built, memory, sum(times) / len(times), sorted(times)[len(times) * 99 // 100])


def _another(guide: Guide, number: int) -> Guide:
    """The guide itself for number 0, else one like it with other words here and there."""
    if not number:
        return guide
    words = {lang: _other_words(said, number) for lang, said in guide.words.items()}
    return replace(guide, id=f"{guide.id}-{number}", words=words)


def _other_words(said: Words, number: int) -> Words:
    def other(text: str) -> str:
        words = text.split()
        return " ".join(
            f"{word}{chr(97 + number)}" if not at % _CHANGED_WORDS else word for at, word in enumerate(words)
        )

    steps = {step: StepWords(other(words.text), other(words.calm), words.labels) for step, words in said.steps.items()}
    return replace(said, title=other(said.title), ask_like=tuple(map(other, said.ask_like)), steps=steps)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_cost(Path(sys.argv[1]), int(sys.argv[2]))))
