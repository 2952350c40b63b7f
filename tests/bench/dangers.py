"""How well dangers are caught, by who wrote the samples: writers differ more than any rule gains.

Prints a line for each writer, in percent. Nobody who wrote had seen a rule, a guide or another writer's samples.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from bot.nlu.intent import Match, Matcher

FOLDER = Path(__file__).parent / "dangers"
FIRST_AID = frozenset({"fire", "medical", "crime", "violence", "despair", "money_gone", "access_given", "threatened"})
"""What is met by first aid; a death is also met by its papers, and a suspicion by the guide about scams."""
EVERYDAY, OUTSIDE = "everyday", "outside"
"""What only sounds like a danger, and what no guide is for."""
KINDS = FIRST_AID | {"death", "suspected", EVERYDAY, OUTSIDE}
_FIRST_AID_GUIDES = frozenset({"lua-dao", "cap-cuu"})


class Sample(Struct, frozen=True):
    """What somebody wrote, and what it is."""

    kind: str
    text: str


def read(file: Path) -> Sequence[Sample]:
    """The samples of one writer: a kind of KINDS, a tab, and the text in each line."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [Sample(kind, text) for kind, text in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def at_once(found: Match) -> bool:
    return bool(found.danger) or found.guide in _FIRST_AID_GUIDES


def figures(matcher: Matcher, samples: Iterable[Sample]) -> dict[str, float]:
    """In percent: of dangers, how many get first aid at once, and at once or by one tap; of everyday texts, how many
    are met by first aid, or asked in vain whether it is a danger; of texts from outside, how many open something.
    """
    found = [(each.kind, matcher.match(each.text)) for each in samples]

    def share(kinds: Iterable[str], wanted: Callable[[Match], bool]) -> float:
        those = [match for kind, match in found if kind in kinds]
        return 100 * sum(map(wanted, those)) / len(those) if those else float("nan")

    return {
        "caught": share(FIRST_AID, at_once),
        "asked": share(FIRST_AID, lambda match: at_once(match) or bool(match.perhaps)),
        "alarmed": share({EVERYDAY}, lambda match: bool(match.danger)),
        "in vain": share({EVERYDAY}, lambda match: not match.danger and bool(match.perhaps)),
        "opened": share({OUTSIDE}, lambda match: bool(match.guide or match.danger)),
    }


def run(matcher: Matcher) -> None:
    """Print the figures of every writer."""
    for file in sorted(FOLDER.glob("*.tsv")):
        row = figures(matcher, read(file))
        print(f"{file.stem:24}", *(f"{name} {value:5.1f}" for name, value in row.items()), sep="  ")
