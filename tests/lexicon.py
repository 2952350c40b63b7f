"""Learn the lexicon of `bot/content/lexicon.yaml` from the guides: `python -m tests.lexicon`.

Which word translates which is worked out by IBM's first model: each word of a line spreads over the words of its
translation, again and again, until those that always come together hold each other. Only words that nearly always
are answered by one of theirs are kept. What stands in the file already stays there: a reader may add to it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

import click

from bot.content.checks.spelling import FILE, Lexicon, english_words, read, vietnamese_words
from tests.mutations import Checker

Pair = tuple[Sequence[str], Sequence[str]]

ROUNDS = 6
LEAST_PROBABLE = 0.03
"""A word answers another where it is at least so probable a translation of it."""
LEAST_SEEN, LEAST_ANSWERED = 8, 0.95
"""In so many lines a word must stand, and in such a share of them it must be answered."""
RARE, PLAIN = 4, 0.5
"""A word of fewer lines, at least so many, must be answered in all of them, mostly by one word: the name of a thing."""
COHESION, LEAST_PAIRS = 0.25, 4
"""Two syllables are one word where so many of the rarer one stand in it."""
EMPTY = {
    "en": "the a an of to in on at it is be are you your i my me so and that this for with by we our them they their "
    "do doe one as what which there or ther her his he she was has hav then if",
    "vi": "thì là của và các những này đó ấy cứ mà ở vào ra lên xuống cho có hay hoặc cũng rồi bà",
}
"""Words that say nothing themselves; English ones as stems."""


def lines(checker: Checker) -> Iterator[tuple[str, str]]:
    """All lines of all guides with their translations."""
    for name in checker.names:
        words = checker.parsed(name).guide.words
        theirs, ours = words["vi"], words["en"]
        texts = [("\n".join(theirs.bring), "\n".join(ours.bring)), (theirs.title, ours.title)]
        for step_id, step in theirs.steps.items():
            other = ours.steps[step_id]
            texts += [(step.text, other.text), (step.calm, other.calm), (step.alt, other.alt)]
            texts += [(label, other.labels[choice]) for choice, label in step.labels.items()]
        for trouble_id, trouble in theirs.troubles.items():
            other_trouble = ours.troubles[trouble_id]
            texts += [(trouble.label, other_trouble.label), (trouble.say, other_trouble.say)]
        for one, other_text in texts:
            yield from zip(one.splitlines(), other_text.splitlines(), strict=True)


def learn(texts: Sequence[tuple[str, str]]) -> Lexicon:
    """The lexicon that these lines and their translations teach."""
    phrases = _phrases(vietnamese_words(one, frozenset()) for one, _ in texts)
    pairs = [(vietnamese_words(one, phrases), english_words(other)) for one, other in texts]
    return Lexicon(phrases, _answers(pairs, "vi", "en"), _answers([(b, a) for a, b in pairs], "en", "vi"))


def _phrases(texts: Iterator[list[str]]) -> frozenset[str]:
    single: Counter[str] = Counter()
    double: Counter[tuple[str, str]] = Counter()
    for words in texts:
        single.update(words)
        double.update(pairwise(words))
    return frozenset(
        " ".join(pair)
        for pair, seen in double.items()
        if seen >= LEAST_PAIRS and seen / min(single[pair[0]], single[pair[1]]) >= COHESION
    )


def _answers(pairs: Sequence[Pair], lang: str, other: str) -> dict[str, frozenset[str]]:
    answers: defaultdict[str, set[str]] = defaultdict(set)
    empty = {lang: set(EMPTY[lang].split()), other: set(EMPTY[other].split())}
    probable = _translations(pairs)
    for (word, answer), share in probable.items():
        if share >= LEAST_PROBABLE and word not in empty[lang] and answer not in empty[other]:
            answers[word].add(answer)
    seen = Counter(word for words, _ in pairs for word in set(words))
    answered = Counter(word for words, others in pairs for word in set(words) if answers[word] & set(others))
    named = {word for (word, answer), share in probable.items() if share >= PLAIN and answer not in empty[other]}
    return {
        word: frozenset(some)
        for word, some in answers.items()
        if word
        and (
            (seen[word] >= LEAST_SEEN and answered[word] >= LEAST_ANSWERED * seen[word])
            or (seen[word] >= RARE and word in named and answered[word] == seen[word])
        )
    }


def _translations(pairs: Sequence[Pair]) -> Mapping[tuple[str, str], float]:
    """How probable each word is as a translation of another; "" stands for words that translate nothing."""
    probable: defaultdict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    for _ in range(ROUNDS):
        shares: defaultdict[tuple[str, str], float] = defaultdict(float)
        totals: defaultdict[str, float] = defaultdict(float)
        for words, others in pairs:
            for other in others:
                whole = sum(probable[word, other] for word in ("", *words))
                for word in ("", *words):
                    share = probable[word, other] / whole
                    shares[word, other] += share
                    totals[word] += share
        probable = defaultdict(float, {key: share / totals[key[0]] for key, share in shares.items()})
    return probable


def written(lexicon: Lexicon, learnt: Lexicon) -> str:
    """The file of a lexicon, a word a line, with a note of what these lines do not teach."""
    rows = [
        "# Which words answer which between Vietnamese and English; English ones as stems. Learnt from the guides by",
        "# `python -m tests.lexicon`, which keeps what is here. A right translation is refused: add its word, or put",
        "# the two lines into equivalents.yaml. What a reader added, and what older guides taught, is noted as added.",
        "phrases:",
        *(f"  - {_quoted(phrase)}{_added({phrase} - learnt.phrases)}" for phrase in sorted(lexicon.phrases)),
    ]
    for name, answers, taught in (("vi", lexicon.vi, learnt.vi), ("en", lexicon.en, learnt.en)):
        rows.append(f"{name}:")
        for word, some in sorted(answers.items()):
            rows.append(f"  {_quoted(word)}: {_quoted(sorted(some))}{_added(some - taught.get(word, frozenset()))}")
    return "\n".join(rows) + "\n"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _added(words: Set[str]) -> str:
    return f"  # added: {', '.join(sorted(words))}" if words else ""


def merged(old: Lexicon, new: Lexicon) -> Lexicon:
    """What was known, and what was learnt since."""
    return Lexicon(
        old.phrases | new.phrases,
        {word: old.vi.get(word, frozenset()) | new.vi.get(word, frozenset()) for word in old.vi.keys() | new.vi},
        {word: old.en.get(word, frozenset()) | new.en.get(word, frozenset()) for word in old.en.keys() | new.en},
    )


if __name__ == "__main__":
    learnt = learn(list(lines(Checker())))
    known = merged(read(FILE), learnt)
    FILE.write_text(written(known, learnt), "utf-8")
    click.echo(f"{len(known.phrases)} phrases, {len(known.vi)} Vietnamese and {len(known.en)} English words")
