"""How many small lies `toso check` sees: a few of every kind, and a share below which it may not fall."""

from tests.mutations import KINDS, Checker, tell

EACH = 3
LEAST_SEEN = 0.75
"""Of all lies, by the rules alone. A lie that a rule cannot see is at least unread: somebody else must read it."""
ALWAYS = (
    "another fact",
    "a number in words",
    "a look-alike site",
    "an unknown number",
    "the ward's other line",
    "dangerous advice",
    "a line is lost",
    "another day of a source",
    "English: another fact",
)


def test_few_lies_pass_the_rules_and_none_is_read_unseen() -> None:
    tallies = {kind: tally for kind, tally, _ in tell(Checker(), EACH, seed=7)}
    assert tallies.keys() == KINDS.keys()
    assert {kind: tally for kind, tally in tallies.items() if not tally.told or tally.unread < tally.told} == {}
    assert {kind: tally for kind, tally in tallies.items() if kind in ALWAYS and tally.seen < tally.told} == {}
    told, seen = (sum(tally[at] for tally in tallies.values()) for at in (0, 1))
    assert seen >= LEAST_SEEN * told
