"""From the files on disk to content that can be used, and to findings about what cannot.

What was found in content, kept until a file that it came from changes: who starts again need not look again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import msgspec
from babel.messages.pofile import read_po
from msgspec import Struct

from bot.background import keeping_all, write_whole
from bot.content import yaml as yaml_lines
from bot.content.checks.advice import advice_faults
from bot.content.checks.freshness import SOON_DAYS, Readability, fact_findings, readability, review_findings
from bot.content.checks.guide import Guides, Known, check, claims, target_fault
from bot.content.checks.labels import label_faults, told_meanings
from bot.content.checks.records import FILE as VERSIONS
from bot.content.checks.records import (
    Reading,
    Recorded,
    parts_of,
    read_reading,
    read_versions,
    reading_findings,
    recorded,
    shared_parts,
    unread,
    version_findings,
    written_readings,
)
from bot.content.checks.records import written as written_versions
from bot.content.checks.second_copy import FILE as SECOND
from bot.content.checks.second_copy import GUIDES_FILE as SECOND_GUIDES
from bot.content.checks.second_copy import (
    Second,
    SecondGuides,
    copy_findings,
    read_second,
    read_second_guides,
    remedy_faults,
    shared_joint_findings,
)
from bot.content.checks.spelling import Usage, vietnamese
from bot.content.checks.style import Wording
from bot.content.checks.texts import SharedTroubles, trouble_faults
from bot.content.checks.translations import trouble_differences
from bot.content.facts import Facts, Topic, read_facts, read_topics, read_troubles
from bot.content.guide import LANGUAGES
from bot.content.schema import Parsed, did_you_mean, parse
from bot.content.training import Talk, read_talk, talk_findings
from bot.content.ward import Ward
from bot.content.ward_schema import read_ward, sample_findings
from bot.content.yaml import Finding, finding, from_error
from bot.errors import ContentWrong, SettingWrong
from bot.images.screens import Screens, read_screens

_CODE = Path(__file__).parents[1]


class Found(Struct, frozen=True):
    """Findings by guide, and those about the files that guides share."""

    by_guide: dict[str, list[Finding]]
    shared: list[Finding]


class _Kept(Struct, frozen=True):
    digest: str
    found: Found


def found_once(look: Callable[[], Found], root: Path, on: date, keep: Path) -> Found:
    """What `look` finds in the content below `root` on a day, or found before in the same files; kept in a file.

    Where that file cannot be written, everybody looks.
    """
    digest = _digest(root, on)
    with suppress(OSError, msgspec.DecodeError):
        kept = msgspec.msgpack.decode(keep.read_bytes(), type=_Kept)
        if kept.digest == digest:
            return kept.found
    found = look()
    with suppress(OSError):
        keep.parent.mkdir(exist_ok=True)
        write_whole(keep, msgspec.msgpack.encode(_Kept(digest, found)))
    return found


def _digest(root: Path, on: date) -> str:
    digest = blake2b(on.isoformat().encode(), digest_size=16)
    for file in sorted(_files(root)):
        content = file.read_bytes()
        digest.update(f"\n{file} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """All content, and the code that looks at it."""
    yield from root.glob("bot/content/**/*.yaml")
    yield from root.glob("locales/*/guides/*.yaml")
    for part in ("content", "language", "pictures"):
        yield from (_CODE / part).glob("*.py")


ROOT = Path(__file__).parents[2]
"""The folder that holds this package and the translations (`locales`)."""

DEMO_WARD = Path(__file__).with_name("ward.demo.yaml")

CONTENT = Path("bot/content")
GUIDES = CONTENT / "guides"
SCREENS = CONTENT / "screens"
READINGS = CONTENT / "readings"
_SHARED = "_shared"
SHARED_READING = f"readings/{_SHARED}.yaml"
_LEVELS_TO_LOCALES = 4


class Shared(Struct, frozen=True):
    """What all guides lean on."""

    facts: Facts
    second: Second
    joints: SecondGuides
    topics: tuple[Topic, ...]
    troubles: SharedTroubles
    screens: Screens
    talk: Talk


class Content(Struct, frozen=True, kw_only=True):
    """Everything from the files. `guides` are those that nothing blocks; `findings` are about all of them."""

    ward: Ward
    facts: Facts
    topics: tuple[Topic, ...]
    troubles: SharedTroubles
    screens: Screens
    talk: Talk
    guides: tuple[Parsed, ...]
    findings: tuple[Finding, ...]


@keeping_all()
def read_content(root: Path, ward_path: Path | None, today: date, keep: Path | None = None) -> Content:
    """Load all content; a guide that cannot be used is left out, with its findings.

    With `keep`, a file, it is not looked through again while nothing changes.

    Raises ContentWrong when the ward's file or one of the shared files cannot be used: without them nothing can;
    SettingWrong when the ward's file cannot be opened.
    """
    shared = _shared(root)
    try:
        ward_name, ward_text = named_text(ward_path or DEMO_WARD)
        ward = read_ward(ward_name, ward_text, topics=[topic.id for topic in shared.topics])
    except OSError as error:
        raise SettingWrong(f"TOSO_WARD is wrong: {ward_path}: {error.strerror}.") from None
    read = _read_guides(_guide_files(root / GUIDES))
    look = partial(_look_through, root, shared, read, today)
    found = found_once(look, root, today, keep) if keep else look()
    good = [
        guide
        for name, guide in read.items()
        if isinstance(guide, Parsed) and not any(one.blocking for one in found.by_guide[name])
    ]
    return Content(
        ward=ward,
        facts=shared.facts,
        topics=shared.topics,
        troubles=shared.troubles,
        screens=shared.screens,
        talk=shared.talk,
        guides=tuple(good),
        findings=(
            *sample_findings(ward_name, ward_text, ward.demo),
            *found.shared,
            *chain.from_iterable(found.by_guide.values()),
        ),
    )


def check_path(path: Path | None, today: date) -> list[Finding]:
    """Findings about one guide file, about a folder of guides, or (None) about everything this package holds.

    Translations are looked for in `locales/<language>/guides`, in the folder or beside it. Raises OSError when there
    is nothing at `path`.
    """
    try:
        if path is None:
            return list(read_content(ROOT, None, today).findings)
        shared = _shared(ROOT)
    except ContentWrong as error:
        return [from_error(error, CONTENT.as_posix())]
    files = _guide_files(path / "guides" if (path / "guides").is_dir() else path) if path.is_dir() else [path]
    read = _read_guides(files)
    around = _read_guides(file for file in _guide_files(ROOT / GUIDES) if file.stem not in read)
    return list(chain.from_iterable(_check_guides(read, around, shared, today).values()))


def unread_findings(path: Path | None) -> list[Finding]:
    """What somebody else has not read since it was changed: of one guide of this package, or (None) of all it holds."""
    found: list[Finding] = []
    for guide in _own_guides(path):
        found += reading_findings(guide, _reading(guide.guide.id))
    if path is None:
        found += [Finding(SHARED_READING, 1, each, False) for _, each in unread(_shared_parts(), _reading(_SHARED))]
    return found


def record_reading(path: Path | None, by: str, on: date) -> int:
    """Record that somebody read a guide of this package, or (None) all it holds, as it is now. Returns how many parts
    were not read before. Raises OSError.
    """
    parts = {guide.guide.id: parts_of(guide) for guide in _own_guides(path)}
    if path is None:
        parts[_SHARED] = _shared_parts()
    changed = 0
    for name, now in parts.items():
        before = _reading(name)
        if differing := now.items() ^ (before.parts.items() if before else set()):
            changed += len({part for part, _ in differing})
            (ROOT / READINGS).mkdir(exist_ok=True)
            write_whole(ROOT / READINGS / f"{name}.yaml", written_readings(Reading(by, on, dict(now))).encode())
    return changed


def unrecorded_findings(path: Path | None) -> list[Finding]:
    """What is not as its version was recorded: of one guide of this package, or (None) of all it holds."""
    try:
        versions = _versions()
    except ContentWrong as error:
        return [from_error(error, VERSIONS)]
    return list(chain.from_iterable(version_findings(guide, versions) for guide in _own_guides(path)))


def record_versions(path: Path | None) -> int:
    """Record the words of each newer version of a guide of this package, or (None) of all it holds.

    Returns how many are recorded that were not before. A recorded version stays as it is. Raises OSError.
    """
    before = _versions()
    now = recorded((parsed.guide for parsed in _own_guides(path)), before)
    if now != before:
        write_whole(ROOT / CONTENT / VERSIONS, written_versions(now).encode())
    return sum(one != before.get(guide) for guide, one in now.items())


def _versions() -> Mapping[str, Recorded]:
    return read_versions(*named_text(ROOT / CONTENT / VERSIONS))


def _own_guides(path: Path | None) -> list[Parsed]:
    """The guides of this package that can be read, at a path or all."""
    own = _guide_files(ROOT / GUIDES)
    files = own if path is None else [file for file in own if file == path.absolute()]
    return [guide for guide in _read_guides(files).values() if isinstance(guide, Parsed)]


def _reading(name: str) -> Reading | None:
    file = ROOT / READINGS / f"{name}.yaml"
    return read_reading(*named_text(file)) if file.exists() else None


def _shared_parts() -> Mapping[str, str]:
    screens = [file.relative_to(ROOT / CONTENT) for file in _guide_files(ROOT / SCREENS)]
    canned = {f"canned.{lang}": named_text(ROOT / f"locales/{lang}/canned.po")[1] for lang in LANGUAGES}
    terms = {"terms": repr(_shared(ROOT).facts.terms), "topics": named_text(ROOT / CONTENT / "topics.yaml")[1]}
    files = {str(file): named_text(ROOT / CONTENT / file)[1] for file in screens}
    return shared_parts(_shared(ROOT).troubles, {**files, **canned, **terms})


def stale_findings(on: date) -> list[Finding]:
    """What is past its day on the day `on`, and what will be within SOON_DAYS, of everything this package holds.

    Raises ContentWrong for a shared file that cannot be used.
    """
    shared = _shared(ROOT)
    guides = [guide for guide in _read_guides(_guide_files(ROOT / GUIDES)).values() if isinstance(guide, Parsed)]
    document = yaml_lines.read(*named_text(ROOT / CONTENT / "facts.yaml"))
    facts = fact_findings(document, shared.facts, on, [parsed.guide for parsed in guides], SOON_DAYS)
    return [*facts, *chain.from_iterable(review_findings(parsed, on, SOON_DAYS) for parsed in guides)]


def read_reports(paths: Iterable[Path]) -> list[Readability]:
    """How easily the guides at these paths (files, or folders of them) are read; broken ones are left out.

    Raises ContentWrong for a shared file that cannot be used.
    """
    facts = _shared(ROOT).facts
    wordings = {lang: Wording(lang, facts) for lang in LANGUAGES}
    files = [file for path in paths for file in (_guide_files(path) if path.is_dir() else [path])]
    guides = [parsed.guide for parsed in _read_guides(files).values() if isinstance(parsed, Parsed)]
    return [one for guide in guides for one in readability(guide, wordings)]


def _shared(root: Path) -> Shared:
    folder = root / CONTENT
    return Shared(
        read_facts(*named_text(folder / "facts.yaml")),
        read_second(*named_text(folder / SECOND)),
        read_second_guides(*named_text(folder / SECOND_GUIDES)),
        read_topics(*named_text(folder / "topics.yaml")),
        read_troubles(*named_text(folder / "troubles.yaml")),
        read_screens(named_text(file) for file in _guide_files(root / SCREENS)),
        read_talk(*named_text(folder / "talk.yaml")),
    )


def _guide_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _read_guides(files: Iterable[Path]) -> dict[str, Parsed | Finding]:
    """Each guide by the name of its file, or what makes it unreadable."""
    return {file.stem: _read_guide(file) for file in files}


def _read_guide(file: Path) -> Parsed | Finding:
    try:
        name, text = named_text(file)
        translations = {}
        for lang, translation in _translations(file):
            translations[lang] = (f"locales/{lang}/guides/{name}", named_text(translation)[1])
        return parse(name, text, translations)
    except ContentWrong as error:
        return from_error(error, file.name)


def _translations(file: Path) -> Iterator[tuple[str, Path]]:
    """The translations of a guide, from the nearest `locales` folder at most a few levels up."""
    for base in file.absolute().parents[:_LEVELS_TO_LOCALES]:
        if (base / "locales").is_dir():
            for lang in LANGUAGES[1:]:
                translation = base / "locales" / lang / "guides" / file.name
                if translation.is_file():
                    yield lang, translation
            return


def named_text(file: Path) -> tuple[str, str]:
    """The name of a file and what it says. Raises ContentWrong where that is no text, OSError."""
    try:
        return file.name, file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ContentWrong(f"{file.name}:1: this is not text in UTF-8; save it again as UTF-8.") from error


def _look_through(root: Path, shared: Shared, read: Mapping[str, Parsed | Finding], today: date) -> Found:
    return Found(_check_guides(read, {}, shared, today), list(_shared_findings(root, shared, read, today)))


def _steps_of(guides: Mapping[str, Parsed | Finding]) -> Guides:
    return {name: one.guide.steps if isinstance(one, Parsed) else None for name, one in guides.items()}


def _check_guides(
    read: Mapping[str, Parsed | Finding], around: Mapping[str, Parsed | Finding], shared: Shared, today: date
) -> dict[str, list[Finding]]:
    """Findings by guide. The guides `around` are known, too, but not checked.

    A title or way of asking belongs to the first guide that nothing blocks.
    """
    claimed: dict[str, str] = {}
    for name, guide in around.items():
        if isinstance(guide, Parsed):
            claimed |= dict.fromkeys(claims(guide), name)
    known = Known(
        facts=shared.facts,
        second=shared.second,
        joints=shared.joints.guides,
        topics=[topic.id for topic in shared.topics],
        troubles=shared.troubles,
        guides=_steps_of({**read, **around}),
        screens=shared.screens,
        usage=Usage(_texts(shared, (*read.values(), *around.values()))),
        claims=claimed,
        today=today,
    )
    found: dict[str, list[Finding]] = {}
    for name, guide in read.items():
        if isinstance(guide, Finding):
            found[name] = [guide]
        else:
            found[name] = check(guide, known)
            if not any(one.blocking for one in found[name]):
                claimed |= dict.fromkeys(claims(guide), name)
    return found


def _advice_findings(root: Path, shared: Shared) -> Iterator[Finding]:
    """Dangerous advice and unknown sites in what is no guide: facts, terms, screens, and what the assistant says."""
    for name, fact in shared.facts.facts.items():
        for message in (*advice_faults(f"{fact.vi}\n{fact.note}", "vi"), *advice_faults(fact.value("en"), "en")):
            yield Finding("facts.yaml", 1, f'fact "{name}": {message}')
    for term, phrases in shared.facts.terms.items():
        for lang, words in phrases.items():
            yield from (
                Finding("facts.yaml", 1, f'term "{term}": {each}') for each in advice_faults("\n".join(words), lang)
            )
    for app, screen, label in shared.screens.texts:
        for message in (*advice_faults(label.vi, "vi"), *advice_faults(label.en, "en")):
            yield Finding(SCREENS.as_posix(), 1, f'screen "{screen}" of "{app}": {message}')
    for site in shared.screens.sites - {fact.vi for fact in shared.facts.facts.values()}:
        yield Finding(SCREENS.as_posix(), 1, f'"{site}" stands on a screen and is no site of facts.yaml.')
    for file in sorted((root / "locales").glob("*/*.po")):
        with file.open("rb") as text:
            for entry in read_po(text):
                said = entry.string if isinstance(entry.string, str) else "\n".join(entry.string or ())
                for message in advice_faults(said, file.parent.name, own_codes=True):
                    yield Finding(file.relative_to(root).as_posix(), entry.lineno or 1, f'"{entry.id}": {message}')


def _texts(shared: Shared, guides: Iterable[Parsed | Finding]) -> Iterator[str]:
    """All that is said in Vietnamese."""
    for guide in guides:
        if isinstance(guide, Parsed):
            yield from vietnamese(guide.guide.words["vi"])
    yield from (trouble["vi"].say for trouble in shared.troubles.values())


def _english(parsed: Parsed) -> Iterator[str]:
    """What the steps of a guide say in English."""
    if words := parsed.guide.words.get("en"):
        yield from (step.whole for step in words.steps.values())


def _shared_findings(
    root: Path, shared: Shared, guides: Mapping[str, Parsed | Finding], today: date
) -> Iterator[Finding]:
    facts, topics, troubles, talk = (
        yaml_lines.read(*named_text(root / CONTENT / f"{name}.yaml"))
        for name in ("facts", "topics", "troubles", "talk")
    )
    known = [guide for guide in guides.values() if isinstance(guide, Parsed)]
    yield from fact_findings(facts, shared.facts, today, [parsed.guide for parsed in known])
    second = yaml_lines.read(*named_text(root / CONTENT / SECOND))
    yield from copy_findings(facts, second, shared.facts, shared.second)
    yield from talk_findings(
        talk, shared.talk, {claim: parsed.guide.id for parsed in known for claim in claims(parsed)}
    )
    for topic in shared.topics:
        for index, guide in enumerate(topic.guides):
            if guide not in guides:
                message = f'topic "{topic.id}" lists guide "{guide}", which is not there.{did_you_mean(guide, guides)}'
                yield finding(topics, ("topics", topic.id, "guides", index), message, blocking=False)
    yield from _advice_findings(root, shared)
    told = chain.from_iterable(told_meanings(text) for guide in known for text in _english(guide))
    for message in label_faults((label for *_, label in shared.screens.texts), told):
        yield Finding(SCREENS.as_posix(), 1, message)
    yield from shared_joint_findings(guides.keys(), shared.joints)
    remedies = {name: languages["vi"] for name, languages in shared.troubles.items()}
    for name, message in remedy_faults(remedies, shared.joints.troubles):
        yield finding(troubles, (name,) if name in remedies else (), message)
    for name, languages in shared.troubles.items():
        if (go := languages["vi"].go) and (fault := target_fault(go, (), _steps_of(guides))):
            yield finding(troubles, (name, "go"), f'trouble "{name}" {fault}', blocking=False)
        for message in trouble_differences(languages["vi"], languages["en"]):
            yield finding(troubles, (name, "en"), f'trouble "{name}": {message}')
        for lang, words in languages.items():
            for path, message in trouble_faults(words, Wording(lang, shared.facts)):
                yield finding(troubles, (name, lang, *path), f'trouble "{name}": {message}')
