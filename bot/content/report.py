"""How easily a guide is read, in figures. Pure."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bot.content.guide import Guide
from bot.content.wording import Wording

WORDS_A_MINUTE = 120
"""How fast somebody reads who reads each line aloud, and stops."""

_VARIABLE = re.compile(r"\{\{[^}]*\}\}")


class Readability(Struct, frozen=True, kw_only=True):
    """One guide in one language. `longest_step` is in characters; sentences are in words; `minutes` are for reading the
    main path. `unexplained` are terms of the glossary that the guide never explains.
    """

    guide: str
    lang: str
    steps: int
    sentence: float
    longest_sentence: int
    longest_step: int
    unexplained: tuple[str, ...]
    minutes: float


def readability(guide: Guide, wordings: Mapping[str, Wording]) -> Iterator[Readability]:
    """The figures of a guide in each of its languages."""
    for lang, words in guide.words.items():
        wording = wordings[lang]
        texts = {step: said.whole for step, said in words.steps.items()}
        lengths = [len(sentence.split()) for text in texts.values() for sentence in wording.sentences(text)]
        everything = "\n".join([*texts.values(), *(trouble.say for trouble in words.troubles.values())])
        main = [len(_VARIABLE.sub("x", texts[step]).split()) for step in _main_path(guide) if step in texts]
        yield Readability(
            guide=guide.id,
            lang=lang,
            steps=len(guide.steps),
            sentence=sum(lengths) / max(1, len(lengths)),
            longest_sentence=max(lengths, default=0),
            longest_step=max(map(wording.length, texts.values()), default=0),
            unexplained=wording.terms(everything, wording.explained(everything)),
            minutes=sum(main) / WORDS_A_MINUTE,
        )


def _main_path(guide: Guide) -> list[str]:
    """The steps of whoever takes the first way on each time."""
    path: list[str] = []
    here = guide.start
    while here in guide.steps and here not in path:
        path.append(here)
        here = next(iter(guide.steps[here].targets), "")
    return path
