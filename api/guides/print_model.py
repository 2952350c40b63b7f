"""A guide on paper: its steps in an order that can be followed with a finger. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from bot.channels.web import picture_address
from bot.content.guide import ENDS, Guide, TroubleWords, other_guide
from bot.engine.texts import Voice
from bot.images.gallery import Gallery

Troubles = Mapping[str, Mapping[str, TroubleWords]]


class Heading(Struct, frozen=True):
    """What stands around the steps: what it is, whom to call, what to bring; `foot` below the last step.

    `first` stands above it all on a screen, for who is in danger: whom to call now; empty elsewhere.
    Where a step is not on the paper, `off` stands for its number, and `more` below it all.
    """

    first: str
    ward: str
    title: str
    call: str
    hotline: str
    scan: str
    bring_title: str
    bring: tuple[str, ...]
    off: str
    more: str
    foot: tuple[str, ...]


class Way(Struct, frozen=True):
    """A choice on paper: what to look for, and where to go on; `step` is the number of the step there, or 0.

    `sheet` is the step that another sheet begins with, if it goes on there.
    """

    label: str
    where: str
    step: int = 0
    sheet: str = ""


class PrintedPicture(Struct, frozen=True):
    """What is near the finger, `width` × `height` pixels."""

    address: str
    alt: str
    width: int
    height: int

    @property
    def beside(self) -> bool:
        """Whether it stands beside the words of its step, or below them: it is as wide as a phone."""
        return self.width < 2 * self.height


class PrintedTrouble(Struct, frozen=True):
    """What can go wrong, and what to do; `at`: the number of the step that tells it, where `say` leads; 0: this one."""

    label: str
    say: str
    at: int = 0


class PrintedStep(Struct, frozen=True):
    number: int
    picture: PrintedPicture | None
    text: str
    calm: str
    ways: tuple[Way, ...]
    troubles: tuple[PrintedTrouble, ...]


class Section(Struct, frozen=True):
    """A run of steps. `title` says which choice leads to it, of step number `lead`; the main path has neither."""

    title: str
    steps: tuple[PrintedStep, ...]
    lead: int = 0


def paths(guide: Guide, start: str = "", elsewhere: Collection[str] = ()) -> list[tuple[str, list[str]]]:
    """The main path from `start` (empty: where the guide begins), then each branch as it is met, its own branches right
    after it: the `step/choice` that leads to it, and its steps. None goes on to what stands `elsewhere`.
    """
    found: list[tuple[str, list[str]]] = []
    known = set(elsewhere)
    waiting = [("", start or guide.start)]
    while waiting:
        lead, here = waiting.pop()
        path = _path(guide, here, known)
        if not path:
            continue
        known.update(path)
        found.append((lead, path))
        waiting += reversed(
            [(f"{step}/{choice}", to) for step in path for choice, to in guide.steps[step].choices.items()]
        )
    return found


def _path(guide: Guide, start: str, known: Collection[str]) -> list[str]:
    path: list[str] = []
    here = start
    while here in guide.steps and here not in known and here not in path:
        path.append(here)
        targets = guide.steps[here].targets
        here = targets[0] if targets else ""
    return path


class Printer:
    """Lays out one guide, or a sheet of it, in one voice. `titles` names the guides that a step may lead to, by id."""

    def __init__(
        self,
        guide: Guide,
        lang: str,
        voice: Voice,
        troubles: Troubles,
        titles: Mapping[str, str],
        gallery: Gallery,
    ) -> None:
        self._guide = guide
        self._lang = lang
        self._voice = voice
        self._troubles = troubles
        self._titles = titles
        self._gallery = gallery
        self._sheets: Mapping[str, str] = {}
        self._order(paths(guide))

    def take(self, start: str, sheets: Mapping[str, str]) -> Sequence[tuple[str, Sequence[str]]]:
        """From now on one sheet, from the step `start` as far as no other sheet begins; gives its paths.

        `sheets` has the first step of each, and the choice (`step/choice`) that leads there.
        """
        self._sheets = sheets
        self._order(paths(self._guide, start, {self._guide.start, *sheets} - {start}))
        return self._paths

    def _order(self, found: Sequence[tuple[str, Sequence[str]]]) -> None:
        order = [step for _, steps in found for step in steps]
        self._paths = found
        self._numbers = {step: number for number, step in enumerate(order, start=1)}
        self._told_at = {name: step for step in reversed(order) for name in self._guide.steps[step].trouble}
        self._after = dict(pair for _, steps in found for pair in pairwise(steps))

    def put_last(self, places: Collection[int]) -> None:
        """The sections at these places come after all others: so what is on paper without them is numbered through."""
        kept = [path for place, path in enumerate(self._paths) if place not in places]
        self._order([*kept, *(self._paths[place] for place in sorted(places))])

    def heading(self) -> Heading:
        guide, say = self._guide, self._voice.say
        checked = say("web.print.checked", on=guide.checked.on.strftime("%d/%m/%Y"), version=guide.version)
        says, title = guide.says(self._lang), self._voice.render(guide.says(self._lang).title)
        begins = self._paths[0][1][0]
        start = says.steps[begins].text if guide.steps[begins].bare else ""
        sheet = [*self._sheets].index(begins) + 1 if self._sheets else 0
        ward = say("web.print.ward")
        return Heading(
            first=self._voice.render(start.partition("\n")[0]),
            ward=f"{ward} · {title}" if sheet else ward,
            title=say("web.print.hung", number=sheet, label=self.label(self._sheets[begins])) if sheet else title,
            call=say("web.print.call"),
            hotline=self._voice.render("{{ ward.hotline }}"),
            scan=say("web.print.scan"),
            bring_title=say("web.print.bring"),
            bring=tuple(self._voice.render(line) for place, line in enumerate(says.bring) if self._brings(place)),
            off=_whole(say("web.print.off")),
            more=say("web.print.more"),
            foot=(checked,) if sheet and start else (say("web.print.safe"), checked),
        )

    def _brings(self, place: int) -> bool:
        """Whether who comes along these steps is to bring what stands at this place of the list."""
        at = self._guide.bring_at[place] if self._guide.bring_at else ()
        return not at or not self._numbers.keys().isdisjoint(at)

    def sections(self) -> list[Section]:
        """Steps are numbered through, so that "go to step 7" has one meaning."""
        return [self._section(lead, tuple(self._step(step) for step in steps)) for lead, steps in self._paths]

    def _section(self, lead: str, steps: tuple[PrintedStep, ...]) -> Section:
        if not lead:
            return Section("", steps)
        number = self._numbers[lead.partition("/")[0]]
        return Section(self._voice.say("web.print.branch", number=number, label=self.label(lead)), steps, number)

    def label(self, lead: str) -> str:
        """What the choice `step/choice` says."""
        step, _, choice = lead.partition("/")
        return self._voice.render(self._guide.says(self._lang).steps[step].labels[choice])

    def _step(self, step: str) -> PrintedStep:
        says = self._guide.says(self._lang)
        words = says.steps[step]
        render = self._voice.render
        return PrintedStep(
            self._numbers[step],
            self._picture(step, render(words.alt)),
            render(words.text),
            render(words.calm),
            tuple(self._ways(step)),
            self._help(step),
        )

    def _picture(self, step: str, alt: str) -> PrintedPicture | None:
        near = self._gallery.on_paper(self._guide, step, self._lang, alt)
        return PrintedPicture(picture_address(near.drawn.name), near.drawn.alt, *near.size) if near else None

    def _ways(self, step: str) -> Iterator[Way]:
        shape = self._guide.steps[step]
        for choice, target in shape.choices.items():
            if not (self._sheets and self._plain(step, choice)):
                yield self._way(self.label(f"{step}/{choice}"), target)
        if shape.next and self._after.get(step) != shape.next:
            yield self._way(self._voice.say(f"choice.next_{shape.kind}"), shape.next)

    def _plain(self, step: str, choice: str) -> bool:
        """Whether a sheet says it without a line: the title of a branch does, or the next number."""
        lead = f"{step}/{choice}"
        goes_on = choice == "next" and self._after.get(step) == self._guide.steps[step].choices[choice]
        return goes_on or any(lead == each for each, _ in self._paths)

    def _way(self, label: str, target: str) -> Way:
        number = self._numbers.get(target, 0)
        return Way(label, self._where(target), number, target if target in self._sheets and not number else "")

    def _where(self, target: str) -> str:
        if target in self._numbers:
            return _whole(self._voice.say("web.print.step", number=self._numbers[target]))
        if target in self._sheets:
            return _whole(self._voice.say("web.print.sheet", number=[*self._sheets].index(target) + 1))
        if target in ENDS:
            return _whole(self._voice.say(f"web.print.{target}"))
        return self._voice.say(
            "web.print.guide", title=self._titles.get(other_guide(target)[0] or self._guide.id, target)
        )

    def _help(self, step: str) -> tuple[PrintedTrouble, ...]:
        """What can go wrong here; of what was told at an earlier step, only where that is."""
        own = self._guide.says(self._lang).troubles
        found = []
        for name in self._guide.steps[step].trouble:
            if words := own.get(name) or self._shared(name):
                told, label = self._told_at[name], self._voice.render(words.label)
                if told == step:
                    found.append(PrintedTrouble(label, self._voice.render(words.say)))
                else:
                    found.append(PrintedTrouble(label, self._where(told), self._numbers[told]))
        return tuple(found)

    def _shared(self, name: str) -> TroubleWords | None:
        languages = self._troubles.get(name, {})
        return languages.get(self._lang) or languages.get("vi")


def _whole(text: str) -> str:
    """The text in one line."""
    return text.replace(" ", "\u00a0")
