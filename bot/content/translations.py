"""Whether a guide says the same things in every language. Pure."""

import re
from collections.abc import Collection, Iterator

from bot.content.finding import Finding, finding
from bot.content.guide import LANGUAGES, Step, StepWords, TroubleWords
from bot.content.parse import Parsed
from bot.content.reconcile import differences
from bot.content.shape import did_you_mean
from bot.content.yaml_lines import Document, Path

_SAID = re.compile(r"\{\{ ((?:fact|ward)\.\w+) \}\}")


def translation_findings(parsed: Parsed) -> Iterator[Finding]:
    """Findings about words that the Vietnamese text has and a translation lacks, or the other way round."""
    for lang in LANGUAGES:
        if lang not in parsed.guide.words:
            message = f"there are no words in {lang} yet; its readers get Vietnamese."
            yield finding(parsed.documents["vi"], (), message, blocking=False)
        elif lang != "vi":
            yield from _differences(parsed, lang)


def _differences(parsed: Parsed, lang: str) -> Iterator[Finding]:
    document, steps = parsed.documents[lang], parsed.guide.steps
    vietnamese, words = parsed.guide.words["vi"], parsed.guide.words[lang]
    if len(vietnamese.bring) != len(words.bring):
        message = f'"bring" has {len(words.bring)} lines here and {len(vietnamese.bring)} in the Vietnamese text.'
        yield finding(document, ("bring",), message)
    else:
        for message in _other_words("\n".join(vietnamese.bring), "\n".join(words.bring)):
            yield finding(document, ("bring",), message)
    for message in differences(vietnamese.title, words.title):
        yield finding(document, ("title",), f"the title: {message}")
    yield from _keys(document, ("steps",), "step", vietnamese.steps, words.steps)
    yield from _keys(document, ("troubles",), "trouble", vietnamese.troubles, words.troubles)
    for step_id in words.steps.keys() & steps.keys():
        theirs, ours = vietnamese.steps[step_id], words.steps[step_id]
        yield from _keys(
            document, ("steps", step_id, "choices"), f'step "{step_id}": choice', theirs.labels, ours.labels
        )
        for message in _step_differences(document.data["steps"][step_id], steps[step_id], theirs, ours):
            yield finding(document, ("steps", step_id), f'step "{step_id}": {message}')
    for name in words.troubles.keys() & vietnamese.troubles.keys():
        for message in trouble_differences(vietnamese.troubles[name], words.troubles[name]):
            yield finding(document, ("troubles", name), f'trouble "{name}": {message}')


def trouble_differences(vietnamese: TroubleWords, words: TroubleWords) -> Iterator[str]:
    """What one language says about a trouble and the other does not."""
    yield from differences(vietnamese.label, words.label, words.say)
    yield from _other_words(vietnamese.say, words.say)


def _keys(
    document: Document, path: Path, what: str, wanted: Collection[str], written: Collection[str]
) -> Iterator[Finding]:
    for name in wanted:
        if name not in written:
            yield finding(document, path, f'{what} "{name}" is missing.')
    for name in written:
        if name not in wanted:
            message = f'{what} "{name}" is not in the Vietnamese text.{did_you_mean(name, wanted)}'
            yield finding(document, (*path, name), message)


def _step_differences(written: Collection[str], step: Step, vietnamese: StepWords, words: StepWords) -> Iterator[str]:
    other = "do" if step.kind == "say" else "say"
    if other in written:
        yield f'it is "{step.kind}" in the Vietnamese text, not "{other}".'
    if bool(vietnamese.calm) != bool(words.calm):
        yield f'"calm" is only in {"Vietnamese" if vietnamese.calm else "this language"}.'
    if step.picture and not words.alt:
        yield '"alt" is missing: say what the picture shows.'
    yield from _other_facts(_step_text(vietnamese), _step_text(words))
    for theirs, ours in ((vietnamese.text, words.text), (vietnamese.calm, words.calm), (vietnamese.alt, words.alt)):
        if theirs and ours:
            yield from differences(theirs, ours)
    for choice_id in vietnamese.labels.keys() & words.labels.keys():
        for message in differences(vietnamese.labels[choice_id], words.labels[choice_id], _step_text(words)):
            yield f'choice "{choice_id}": {message}'


def _other_words(vietnamese: str, text: str) -> Iterator[str]:
    yield from _other_facts(vietnamese, text)
    if text.strip():
        yield from differences(vietnamese, text)


def _other_facts(vietnamese: str, text: str) -> Iterator[str]:
    """Facts that one language says and the other does not, or elsewhere: its readers would be told something else."""
    theirs, ours = _SAID.findall(vietnamese), _SAID.findall(text)
    for name in sorted({*theirs} ^ {*ours}):
        yield f"{{{{ {name} }}}} is only in {'the Vietnamese text' if name in theirs else 'this language'}."
    if theirs != ours and {*theirs} == {*ours}:
        yield f"the facts stand in another order than in the Vietnamese text: {', '.join(theirs)}."


def _step_text(words: StepWords) -> str:
    return "\n".join((words.whole, *words.labels.values()))
