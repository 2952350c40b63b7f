"""Whether the texts of a guide are in plain words and short enough. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bot.content.checks.certainty import action_faults
from bot.content.checks.style import (
    BRING_CHARACTERS,
    BRING_LINES,
    LABEL_CHARACTERS,
    STEP_CHARACTERS,
    TITLE_CHARACTERS,
    Wording,
)
from bot.content.guide import Guide, Step, StepWords, TroubleWords, Words
from bot.content.schema import Parsed
from bot.content.yaml import Finding, YamlPath, finding
from bot.nlu.normalise import fold

SharedTroubles = Mapping[str, Mapping[str, TroubleWords]]

Faults = Iterator[tuple[YamlPath, str]]


def text_findings(parsed: Parsed, wordings: Mapping[str, Wording], shared: SharedTroubles) -> Iterator[Finding]:
    """Findings about the texts of a guide in each of its languages. `shared` are the troubles that all guides have."""
    for lang, words in parsed.guide.words.items():
        for path, message in _guide_faults(parsed.guide, words, wordings[lang], shared):
            yield finding(parsed.documents[lang], path, message)


def trouble_faults(trouble: TroubleWords, wording: Wording, explained: Collection[str] = ()) -> Faults:
    """What is wrong with the words of one trouble; `explained` are the terms that its reader has met already."""
    yield from _line_faults("the label", trouble.label, LABEL_CHARACTERS, wording, ("label",))
    yield from _body_faults(trouble.say, wording, ("say",))
    known = wording.explained(trouble.say) | set(explained)
    for message in wording.unexplained(f"{trouble.label}\n{trouble.say}", known):
        yield ("say",), message


def _guide_faults(guide: Guide, words: Words, wording: Wording, shared: SharedTroubles) -> Faults:
    yield from _line_faults("the title", words.title, TITLE_CHARACTERS, wording, ("title",), wording.certain)
    yield from _bring_faults(words.bring, wording)
    known = guide.on_every_way({step_id: wording.explained(step.whole) for step_id, step in words.steps.items()})
    for step_id, words_here in words.steps.items():
        step = guide.steps.get(step_id)
        if step is None:
            continue
        labels = [its.label for name in step.trouble if (its := _trouble(name, words, wording.lang, shared))]
        for path, message in _step_faults(step, words_here, labels, wording, known[step_id]):
            yield ("steps", step_id, *path), f'step "{step_id}": {message}'
    for name, trouble in words.troubles.items():
        met = [known[step_id] for step_id, step in guide.steps.items() if name in step.trouble and step_id in known]
        explained = frozenset.intersection(*met) if met else frozenset()
        for path, message in trouble_faults(trouble, wording, explained):
            yield ("troubles", name, *path), f'trouble "{name}": {message}'


def _bring_faults(lines: Sequence[str], wording: Wording) -> Faults:
    """What is wrong with the list of what to bring: it is sent on alone, so it explains its terms itself."""
    if len(lines) > BRING_LINES:
        yield ("bring",), f"there are {len(lines)} things to bring; at most {BRING_LINES}."
    for index, line in enumerate(lines):
        yield from _line_faults("a thing to bring", line, BRING_CHARACTERS, wording, ("bring", index))
    whole = "\n".join(lines)
    for message in (*wording.body_faults(whole), *wording.unexplained(whole, wording.explained(whole))):
        yield ("bring",), message
    yield from _twice(lines, ("bring",))


def _step_faults(
    step: Step, words: StepWords, troubles: Sequence[str], wording: Wording, explained: Collection[str]
) -> Faults:
    yield from _body_faults(words.whole, wording, (step.kind,))
    if step.kind == "do":
        yield from (((step.kind,), message) for message in action_faults(words.text, wording.lang))
    for choice_id, label in words.labels.items():
        yield from _line_faults(f'choice "{choice_id}"', label, LABEL_CHARACTERS, wording, ("choices", choice_id))
    if step.picture and words.alt:
        alt_path: YamlPath = ("picture", "alt") if wording.lang == "vi" else ("alt",)
        for message in (*wording.faults(words.alt), *wording.line_faults(words.alt)):
            yield alt_path, message
    for message in wording.unexplained("\n".join([words.whole, *words.labels.values()]), explained):
        yield (step.kind,), message
    yield from _twice(words.labels.values(), ("choices",))
    yield from _twice(troubles, ("trouble",))


def _body_faults(text: str, wording: Wording, path: YamlPath) -> Faults:
    if not text.strip():
        yield path, "there is no text."
    length = wording.length(text)
    if length > STEP_CHARACTERS:
        yield path, f"the text has {length} characters; at most {STEP_CHARACTERS}."
    for message in (*wording.faults(text), *wording.body_faults(text)):
        yield path, message


def _line_faults(
    what: str, line: str, most: int, wording: Wording, path: YamlPath, spelled: Collection[str] = ()
) -> Faults:
    length = wording.length(line)
    if not line.strip():
        yield path, f"{what} has no words."
    if length > most:
        yield path, f'{what} reads "{line}", {length} characters; at most {most}.'
    for message in (*wording.faults(line, spelled), *wording.line_faults(line)):
        yield path, message


def _trouble(name: str, words: Words, lang: str, shared: SharedTroubles) -> TroubleWords | None:
    return words.troubles.get(name) or shared.get(name, {}).get(lang)


def _twice(labels: Iterable[str], path: YamlPath) -> Faults:
    seen: set[str] = set()
    for label in labels:
        if fold(label) in seen:
            yield path, f'"{label}" stands here twice; make them differ.'
        seen.add(fold(label))
