"""The shape of a guide. Pure: text in, values and findings out.

A guide is one YAML file (`guides/<id>.yaml`, in Vietnamese) and one file of words for each further language
(`locales/<tag>/guides/<id>.yaml`, under the same step ids). `bot.content.checks.guide` says what makes a
guide fit to publish.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Literal

import msgspec
from msgspec import Struct

LANGUAGES = ("vi", "en")
"""Vietnamese is the language guides are written in; the others are translations of it."""

ENDS = ("done", "person", "menu")
"""Where a step may go besides a step: the guide is finished, a person takes over, the menu. Or `guide:<id>`, or
`guide:<id>/<step>`."""

_OTHER_GUIDE = "guide:"

SLIP = "slip"
"""What a step's `remind` says where only the paper that people get at the counter has the day."""

Mark = Literal["stated", "soft", "check"]
"""How sure a fact is: `stated` may be said flatly, `soft` with "thường", `check` only with "kiểm tra trên màn hình"."""


BringTo = Literal["", "office", "police"]
"""Where people go with what a guide lists: the ward's office, the ward police, or it depends."""


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where one statement of a guide comes from."""

    fact: str
    mark: Mark
    source: str
    date: date


class Checked(Struct, frozen=True, forbid_unknown_fields=True):
    """Who went through the guide on a real phone, when, and with which version of the app."""

    by: str
    on: date
    app: str = ""


class Picture(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a step's picture shows: the app, its screen, and the control to tap."""

    app: str
    screen: str
    tap: str = ""


class Step(Struct, frozen=True, omit_defaults=True):
    """One action or one question. Exactly one way on: `choices` (id to target), `next`, or `end`.

    `remind`: papers were handed in here, and the fact of this name says in how many days there is a result, or SLIP. At
    a step with choices it is for those whom one of them leads to where papers are handed in.
    `bare`: nothing stands above its words, since who reads it is in danger, or mourns. `alarm`: who chooses to come
    here says that they may not live on, and those who lead the team hear of it.
    """

    kind: Literal["say", "do"] = "do"
    choices: dict[str, str] = {}
    next: str = ""
    end: Literal["", "done", "advice"] = ""
    trouble: tuple[str, ...] = ()
    picture: Picture | None = None
    remind: str = ""
    bare: bool = False
    alarm: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """Every place this step can lead to, in the order an author wrote them."""
        return tuple(self.choices.values()) or ((self.next,) if self.next else ())


class StepWords(Struct, frozen=True, omit_defaults=True):
    """A step in one language. `alt` describes its picture to someone who cannot see it."""

    text: str
    calm: str = ""
    labels: dict[str, str] = {}
    alt: str = ""

    @property
    def whole(self) -> str:
        """What stands above the choices."""
        return f"{self.text}\n{self.calm}" if self.calm else self.text


class TroubleWords(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What goes wrong at a step, as a short label, and what to do about it; `go` is where that is shown, if at all."""

    label: str
    say: str
    go: str = ""


class Words(Struct, frozen=True, omit_defaults=True):
    """All a guide says in one language. `bring` lists what to take along, a thing a line."""

    title: str
    steps: dict[str, StepWords]
    ask_like: tuple[str, ...] = ()
    troubles: dict[str, TroubleWords] = {}
    bring: tuple[str, ...] = ()


class Guide(Struct, frozen=True, omit_defaults=True, kw_only=True, dict=True):
    """One published version of a guide; never changed once published. `then` names the guides that help next.

    `bring_to` is where to go with what `bring` lists; `bring_at` says of each of its lines for whom it is: those who
    came through one of these steps, or all where there is none; empty: all lines for all.
    """

    id: str
    version: int
    topic: str
    start: str
    steps: dict[str, Step]
    words: dict[str, Words]
    sources: tuple[Source, ...] = ()
    checked: Checked
    review_by: date
    then: tuple[str, ...] = ()
    bring_to: BringTo = ""
    bring_at: tuple[tuple[str, ...], ...] = ()

    def says(self, lang: str) -> Words:
        """The words in `lang`, or in Vietnamese where there is no translation."""
        return self.words.get(lang) or self.words["vi"]

    def leads_to(self, step: str) -> tuple[str, ...]:
        """Every place `step` can lead to: its ways on, and those of the guide's own troubles there."""
        own, shape = self.words["vi"].troubles, self.steps[step]
        helped = (own[name].go for name in shape.trouble if name in own and own[name].go)
        return (*shape.targets, *helped)

    def on_every_way(self, own: Mapping[str, Collection[str]]) -> Mapping[str, frozenset[str]]:
        """What is met at each step on whichever way somebody came to it, itself included.

        `own` says what is met at each step.
        """
        before: dict[str, list[str]] = {step: [] for step in self.steps}
        for name in self.steps:
            for target in self.leads_to(name):
                if target in before:
                    before[target].append(name)
        met = dict.fromkeys(self.steps, frozenset[str]().union(*own.values()))
        changed = True
        while changed:
            changed = False
            for step in self.steps:
                ways = [met[each] for each in before[step]] if step != self.start else []
                now = frozenset(own.get(step, ())) | (frozenset.intersection(*ways) if ways else frozenset())
                changed |= now != met[step]
                met[step] = now
        return met

    def counted(self, step: str, number: int) -> tuple[int, int]:
        """`number`, and of how many, for who is at this step as their `number`th; of 0 where nobody knows.

        Both are 0 where no step is counted: in a guide that begins with first aid, or with condolence.
        """
        if self.steps[self.start].bare:
            return 0, 0
        left = self.steps_left.get(step, 0)
        return number, number - 1 + left if number and left else 0

    @cached_property
    def steps_left(self) -> Mapping[str, int]:
        """How many steps there are from each step to the end, itself included; 0 where that depends on what comes.

        It is certain where the shortest way on is as long as the longest, which a trouble may lead to. A way to a step
        that everybody here has passed is a way back, and counts for nothing.
        """
        passed = self.on_every_way({step: [step] for step in self.steps})
        shortest, longest = dict[str, int](), dict[str, int]()
        waiting = [*self.steps]
        while waiting:
            later = []
            for step in waiting:
                main, every = (
                    [each for each in ways if each not in passed[step]]
                    for ways in (self.steps[step].targets, self.leads_to(step))
                )
                if any(each in self.steps and each not in longest for each in every):
                    later.append(step)
                    continue
                shortest[step] = 1 + min((shortest.get(each, 0) for each in main), default=0)
                longest[step] = 1 + max((longest.get(each, 0) for each in every), default=0)
            if len(later) == len(waiting):  # they lead to each other in a circle
                break
            waiting = later
        return {step: longest[step] if shortest.get(step) == longest.get(step, 0) else 0 for step in self.steps}


def other_guide(target: str) -> tuple[str, str]:
    """The other guide that a target names, and its step; both empty for a target in the same guide, and for an end."""
    if not target.startswith(_OTHER_GUIDE):
        return "", ""
    guide, _, step = target.removeprefix(_OTHER_GUIDE).partition("/")
    return guide, step


encode_guide = msgspec.json.Encoder().encode
decode_guide = msgspec.json.Decoder(Guide).decode
