"""Syllables of Vietnamese without their marks, also when the keyboard did not set the marks: Telex and VNI residue.

What is made of other syllables may be English.
"""

import re

from bot.language.fold import fold, words_of

_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|n|ph?|qu|r|s|th?|tr|v|x)?"
    r"(?:a[iouy]?|eo?|eu|i[au]?|ieu?|o[aei]?|oa[iouy]|oeo|u[aeiou]?|uay|uoi|uou|uy[aeu]?|yeu?|y)"
    r"(?:ch?|m|ng?|nh|p|t)?"
)
_SHORTEST, _LONGEST = 2, 7
"""Letters of a syllable: "nghieng" has seven."""
_TWICE = re.compile(r"([aeo])(\w*?)\1|dd|^d(\w+)d$")
_TONE = re.compile(r"(?<=[aeiouy])[sfrxj]+(?=(?:ch?|m|ng?|nh|p|t)?$)|[sfrxj]+$")
_ONLY_ENGLISH = frozenset({
    "i", "is", "are", "was", "were", "have", "has", "had", "my", "his", "her", "our", "your", "she", "they", "we",
    "you", "someone", "somebody", "please", "with", "just", "this", "from", "for",
})  # fmt: skip
"""Common words that hardly stand in Vietnamese without marks; "me", "the" and "to" do."""


def is_syllable(word: str) -> bool:
    """Whether a folded word could be a syllable of Vietnamese."""
    return bool(_SYLLABLE.fullmatch(word))


def are_syllables(word: str) -> bool:
    """Whether a folded word can be cut into syllables of two letters or more."""
    ends = [True, *(False for _ in word)]
    for end in range(_SHORTEST, len(word) + 1):
        begins = range(max(0, end - _LONGEST), end - _SHORTEST + 1)
        ends[end] = any(ends[begin] and is_syllable(word[begin:end]) for begin in begins)
    return ends[len(word)]


def in_english(text: str) -> bool:
    """Whether a text is written in English: it has such words, and half of it or more is no Vietnamese."""
    words = words_of(fold(text)) if text.isascii() else []
    english = [word for word in words if word in _ONLY_ENGLISH or not is_syllable(word)]
    return not _ONLY_ENGLISH.isdisjoint(words) and 2 * len(english) >= len(words)


def without_keys(word: str) -> str:
    """The folded syllable that the keys of a folded word were meant to give; the word itself where they give none.

    Telex "maatj" and VNI "mat65" give "mat"; "dangd" and "d9ang" give "dang".
    """
    if any(map(str.isdecimal, word)):
        keys = "".join(letter for letter in word if not letter.isdecimal())
    else:
        keys = _TONE.sub("", _TWICE.sub(_once, word.replace("w", "")))
    return keys if is_syllable(keys) else word


def _once(twice: re.Match[str]) -> str:
    if twice[1]:
        return twice[1] + twice[2]
    return f"d{twice[3]}" if twice[3] else "d"
