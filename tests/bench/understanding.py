"""How well residents are understood: each set of questions as written, without diacritics, with a slip, and by ear.

Prints rates by style beside their limits. Of the held-out set nothing but rates is ever printed.
"""

import csv
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random

from msgspec import Struct

from bot.nlu.intent import Match, Matcher

FOLDER = Path(__file__).parent / "questions"
SETS = {name: FOLDER / f"{name}.tsv" for name in ("tuned", "looked_at", "held_out")}
SHOWN_PAIRS = 15
_SEED = 7
_LETTERS = "abcdeghiklmnopqrstuvxy"
_BEGINS = (("tr", "ch"), ("gi", "d"), ("r", "d"), ("s", "x"), ("l", "n"))
_ENDS = (("ng", "n"), ("c", "t"))
"""What is said alike, and written one for the other."""
_SCAMS = "lua-dao"
"""Where danger leads."""


class Question(Struct, frozen=True):
    """What somebody writes; `codes` are the guides that are right, `decision` what should follow."""

    text: str
    codes: tuple[str, ...]
    decision: str
    style: str


class Answered(Struct, frozen=True):
    """A question and what was made of it."""

    asked: Question
    match: Match

    @property
    def ranked(self) -> list[str]:
        return [one.guide for one in self.match.suggestions]

    @property
    def first_right(self) -> bool:
        return self.opened_right or any(guide in self.asked.codes for guide in self.ranked[:1])

    @property
    def three_right(self) -> bool:
        return self.opened_right or any(guide in self.asked.codes for guide in self.ranked)

    @property
    def opens(self) -> str:
        """The guide that is opened, empty where none is."""
        return _SCAMS if self.match.decision == "urgent" else self.match.guide or ""

    @property
    def opened_right(self) -> bool:
        return self.opens in self.asked.codes

    @property
    def opened_wrong(self) -> bool:
        return bool(self.opens) and not self.opened_right


class Rate(Struct, frozen=True):
    """A share of the questions with one of `decisions`, in percent; it must reach `least`, and not pass `most`."""

    name: str
    decisions: tuple[str, ...]
    counts: Callable[[Answered], bool]
    least: float = 0
    most: float = 100

    @property
    def limit(self) -> str:
        return f">={self.least:.0f}" if self.least else f"<={self.most:.0f}" if self.most < 100 else ""

    def of(self, answered: Iterable[Answered]) -> float | None:
        """In percent; None where no question is of the kind."""
        counted = [self.counts(one) for one in answered if one.asked.decision in self.decisions]
        return 100 * sum(counted) / len(counted) if counted else None


_NOT_URGENT = ("guide", "ask", "none", "greeting")
RATES = (
    Rate("first", ("guide",), lambda one: one.first_right, least=90),
    Rate("three", ("guide",), lambda one: one.three_right, least=97),
    Rate("opened", ("guide",), lambda one: one.opened_right, least=68),
    Rate("wrong", ("guide",), lambda one: one.opened_wrong, most=3),
    Rate("beyond", ("none",), lambda one: bool(one.opens), most=3),
    Rate("asked", ("ask",), lambda one: one.match.decision == "ask", least=85),
    Rate("greeted", ("greeting",), lambda one: one.match.decision == "greeting"),
    Rate("urgent", ("urgent",), lambda one: one.match.decision == "urgent", least=98),
    Rate("alarm", _NOT_URGENT, lambda one: one.match.decision == "urgent"),
)
_MEANING = """In percent. Of questions that a guide is for: first, the likeliest guide is right; three, one of the three
likeliest is; opened, the right one is opened at once; wrong, another is. beyond: of what no guide is for, how much
opens one. asked: of vague questions, how many are met with a question. greeted: of greetings. urgent: of money or an
account in danger, how often first aid comes; alarm: of all else. First aid counts as opening the guide about scams."""


def read(path: Path) -> list[Question]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Question(text, tuple(codes.split("|")), decision, style) for text, codes, decision, style in rows]


def without_marks(text: str) -> str:
    """What somebody types who sets no diacritics."""
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def slip(text: str, chance: Random) -> str:
    """The text with one slip in one of its words of three letters or more: left out, twice, swapped, or another."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= 3 and word.isalpha()]
    if not long:
        return text
    which = chance.choice(long)
    word, at = words[which], chance.randrange(1, len(words[which]) - 1)
    words[which] = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + chance.choice(_LETTERS) + word[at + 1 :],
        )
    )
    return " ".join(words)


def by_ear(text: str, chance: Random) -> str:
    """The text with two of its words written as many people say them: `nàm` for `làm`, `khoảng` for `khoản`."""
    words = text.lower().split()
    heard = {at: ways for at, word in enumerate(words) if (ways := _heard(word))}
    for at in chance.sample(sorted(heard), min(2, len(heard))):
        words[at] = chance.choice(heard[at])
    return " ".join(words)


def _heard(word: str) -> list[str]:
    if not word.isalpha():
        return []
    begins = [other + word.removeprefix(said) for said, other in _both_ways(_BEGINS) if word.startswith(said)]
    ends = [word.removesuffix(said) + other for said, other in _both_ways(_ENDS) if word.endswith(said)]
    return [*([] if word.startswith(("ng", "nh")) else begins), *ends]


def _both_ways(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for one, other in pairs:
        yield one, other
        yield other, one


def answer(matcher: Matcher, questions: Sequence[Question], changed: Callable[[str], str] = str) -> list[Answered]:
    return [Answered(asked, matcher.match(changed(asked.text))) for asked in questions]


def misses(matcher: Matcher, questions: Sequence[Question]) -> list[str]:
    """Which rates of these questions are not within their limits."""
    answered = answer(matcher, questions)
    values = [(rate, rate.of(answered)) for rate in RATES]
    missed = [f"{rate.name} {it:.1f}" for rate, it in values if it is not None and not rate.least <= it <= rate.most]
    first = values[0][1] or 0
    for change, changed, most in _changes():
        lost = first - (RATES[0].of(answer(matcher, questions, changed)) or 0)
        missed += [f"{change} costs {lost:.1f}"] if lost > most else []
    return missed


def _changes() -> tuple[tuple[str, Callable[[str], str], int], ...]:
    """What may happen to a text, and how many points of the first rate that may cost."""
    return (
        ("no marks", without_marks, 2),
        ("one slip", partial(slip, chance=Random(_SEED)), 4),
        ("by ear", partial(by_ear, chance=Random(_SEED)), 4),
    )


def run(matcher: Matcher, topics: Mapping[str, str], sets: Mapping[str, Path] = SETS) -> None:
    """Print all rates of the sets, and of the set that may be looked at which topics are mistaken for which."""
    print(_MEANING)
    for name, path in sets.items():
        questions = read(path)
        answered = answer(matcher, questions)
        print(f"\n{name}, {len(questions)} questions")
        _print_styles(answered)
        for change, changed, most in _changes():
            _print_row(change, answer(matcher, questions, changed), f"first may lose {most}")
        if path == SETS["tuned"]:
            _print_confusion(answered, topics)


def _print_styles(answered: Sequence[Answered]) -> None:
    styles: dict[str, list[Answered]] = defaultdict(list)
    for one in answered:
        styles[one.asked.style].append(one)
    print(f"{'':<10} {'n':>5}" + "".join(f"{rate.name:>9}" for rate in RATES))
    for style, some in sorted(styles.items()):
        _print_row(style, some)
    _print_row("all", answered)
    print(f"{'limit':<10} {'':>5}" + "".join(f"{rate.limit:>9}" for rate in RATES))


def _print_row(name: str, answered: Sequence[Answered], remark: str = "") -> None:
    values = [rate.of(answered) for rate in RATES]
    cells = "".join(f"{value:9.1f}" if value is not None else f"{'–':>9}" for value in values)
    print(f"{name:<10} {len(answered):>5}{cells}  {remark}".rstrip())


def _print_confusion(answered: Sequence[Answered], topics: Mapping[str, str]) -> None:
    mistaken = Counter(
        (topics.get(one.asked.codes[0], "?"), topics[one.ranked[0]])
        for one in answered
        if one.asked.decision == "guide" and one.ranked and not one.first_right
    )
    print(f"\nmistaken first guesses by topic, the {SHOWN_PAIRS} most frequent")
    for (wanted, guessed), count in mistaken.most_common(SHOWN_PAIRS):
        print(f"{count:>5}  {wanted} -> {guessed}")
