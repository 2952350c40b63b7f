"""`toso check`: whether guides are fit to publish, what is past its date, and how easily they are read.

`toso play` and `toso match`: for those who write guides and conversations.

`toso learn`: learn how people ask, and what scammers write, from the files of this package, before anybody does.

`toso pictures`: for those who write guides, and look at every picture before residents do.
"""

import asyncio
import difflib
import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec
from typing_extensions import override

from bot.cli.zalo import store_for
from bot.content.checks.freshness import Readability
from bot.content.guide import Guide
from bot.content.loader import (
    GUIDES,
    ROOT,
    check_path,
    named_text,
    read_content,
    read_reports,
    record_reading,
    record_versions,
    stale_findings,
    unread_findings,
    unrecorded_findings,
)
from bot.content.schema import did_you_mean
from bot.engine.environment import Setting
from bot.images.screenshot import Place, Screenshot
from bot.images.screenshots import published
from bot.loading import LEARNT, elsewhere, load_content, make_matcher, screen, setting_from_files
from bot.model.hours import VIETNAM
from bot.nlu.intent import Matcher
from bot.settings import Settings, environment
from bot.simulator.transcript import play as play_file
from bot.training.model_store import Memory

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--update", is_flag=True, help="Write the bot's lines as they are now.")
def play(files: tuple[Path, ...], update: bool) -> None:
    """Play conversation files and show where the bot now says something else. Exits 1 when it does."""
    setting = _setting()
    changed = False
    for file in files:
        name, before = named_text(file)
        after = play_file(name, before, setting)
        if before == after:
            continue
        changed = True
        if update:
            file.write_text(after, encoding="utf-8")
        else:
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), str(file), "now", lineterm="")
            click.echo("\n".join(lines))
    if changed and not update:
        sys.exit(1)


@click.command()
@click.argument("text", required=False)
@click.option("--file", type=_FILE, help="Match the first column of every line; one JSON object a line.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--explain", is_flag=True, help="Say which words led there.")
def match(text: str | None, file: Path | None, as_json: bool, explain: bool) -> None:
    """Say what the bot makes of free text."""
    matcher = _setting().matcher
    if file is not None:
        for line in named_text(file)[1].splitlines():
            if line.strip():
                click.echo(_matched(matcher, line.partition("\t")[0]))
    elif text is None:
        raise click.UsageError("Give a text, or --file.")
    elif as_json:
        click.echo(_matched(matcher, text))
    else:
        found = matcher.match(text)
        click.echo(f"{found.decision} {found.guide or found.danger or ''}".rstrip())
        for suggestion in found.suggestions:
            click.echo(f"  {suggestion.score:.2f} {suggestion.guide}")
        if explain:
            _explain(matcher, text)


def _explain(matcher: Matcher, text: str) -> None:
    """The words as they were understood, and for each likely subject what speaks for it and against it."""
    words, reasons = matcher.why(text)
    click.echo(f"understood as: {' '.join(words)}")
    for reason in reasons:
        terms = ", ".join(f"{term} {weight:+.1f}" for term, weight in reason.terms if abs(weight) >= 0.1)
        click.echo(f"{reason.likelihood:.2f} {reason.subject}: {terms or 'nothing in particular'}")


def _matched(matcher: Matcher, text: str) -> str:
    started = time.perf_counter()
    found = matcher.match(text)
    ms = round((time.perf_counter() - started) * 1000, 3)
    fields = {"text": text, **msgspec.to_builtins(found), "ms": ms}
    fields["guide"] = found.guide or None
    return json.dumps(fields, ensure_ascii=False)


def _setting() -> Setting:
    return setting_from_files(Settings.read(environment()))


_HEAD = f"{'guide':24} {'':2} {'steps':>5} {'words a sentence':>16} {'longest':>7} {'longest step':>12} {'minutes':>7}"


class _GuidePath(click.ParamType):  # type: ignore[type-arg]
    """A file, a folder, or the id of a guide."""

    name = "path"

    @override
    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        by_id = ROOT / GUIDES / f"{value}.yaml"
        found = next((path for path in (by_id, Path(value)) if path.exists()), None)
        if found is None:
            hint = did_you_mean(value, [file.stem for file in by_id.parent.glob("*.yaml")])
            self.fail(f"Path '{value}' does not exist.{hint}", param, ctx)
        return found


@click.command()
@click.argument("paths", nargs=-1, type=_GuidePath(), metavar="[PATH]...")
@click.option("--stale", is_flag=True, help="List what is past its date, and what will be within 30 days.")
@click.option("--unread", is_flag=True, help="List what nobody else has read aloud since it was changed.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="With --stale: as it stands on this day.")
@click.option("--read-by", metavar="NAME", help="Record that NAME, who did not write it, has read it aloud.")
@click.option("--record", is_flag=True, help="Record the words of each new version; from then on they never change.")
@click.option("--report", is_flag=True, help="Say in figures how easily guides are read.")
def check(
    paths: tuple[Path, ...],
    stale: bool,
    unread: bool,
    on: datetime | None,
    read_by: str | None,
    record: bool,
    report: bool,
) -> None:
    """Check guides and their translations: all of them, or those at PATH (a file, a folder, or the id of a guide).

    Prints one finding a line as file:line: message. Exits with 1 when any of them blocks publishing; with --stale, when
    anything is past its date already; with --unread, when there is anything; with --report, never.
    """
    if (stale and (report or unread or record or paths)) or (on and not stale):
        raise click.UsageError("--stale is about everything, and --on goes with it.")
    if report:
        _show(read_reports(paths or [ROOT / GUIDES]))
        return
    today = (on or datetime.now(VIETNAM)).date()
    where = paths or [None]
    findings = stale_findings(today) if stale else [one for path in where for one in check_path(path, today)]
    if not any(finding.blocking for finding in findings):
        _record(where, read_by, record, today)
    if unread:
        findings = [one for path in where for one in unread_findings(path)]
    elif not stale:
        findings += [one for path in where for one in unrecorded_findings(path)]
    for finding in findings:
        click.echo(finding)
    if any(finding.blocking or unread or (stale and finding.message.startswith("stale")) for finding in findings):
        sys.exit(1)


def _record(where: Sequence[Path | None], read_by: str | None, versions: bool, today: date) -> None:
    """Write down who read what nothing blocks, and which words its new versions have."""
    if read_by:
        parts = sum(record_reading(path, read_by, today) for path in where)
        click.echo(f"{read_by} has read {parts} parts that were changed.")
    if versions:
        click.echo(f"{sum(map(record_versions, where))} new versions are recorded.")


def _show(reports: list[Readability]) -> None:
    """One line for each guide and language; `longest` is the longest sentence, in words."""
    click.echo(f"{_HEAD} unexplained")
    for one in reports:
        figures = (
            f"{one.steps:5} {one.sentence:16.1f} {one.longest_sentence:7} {one.longest_step:12} {one.minutes:7.1f}"
        )
        click.echo(f"{one.guide:24} {one.lang:2} {figures} {', '.join(one.unexplained)}".rstrip())


@click.command()
def learn() -> None:
    """Learn how people ask and what scammers write, from what is here. Takes seconds; nothing where it was done."""
    content = read_content(ROOT, None, datetime.now(UTC).date())
    memory = Memory(LEARNT)
    make_matcher([parsed.guide for parsed in content.guides], content.talk, memory.taught, prepare=memory.prepared)
    elsewhere(content.talk)
    screen()


@click.command()
@click.argument("guides", nargs=-1, metavar="[GUIDE]...")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default="pictures.html",
    help="A page (.html) or images (.png; further ones are numbered).",
)
def pictures(guides: tuple[str, ...], out: Path) -> None:
    """Draw all pictures of guides, in each language, beside each other, with the screenshots that are published."""
    from bot.images.contact_sheet import as_html, as_png, drawn

    if out.suffix not in (".html", ".png"):
        raise click.UsageError(f'"{out}" should end in .html or .png.')
    settings = Settings.read(environment())
    content = load_content(settings)
    wanted = _chosen({parsed.guide.id: parsed.guide for parsed in content.guides}, guides)
    shown = list(drawn(wanted, content.screens, _screenshots(settings)))
    if out.suffix == ".html":
        out.write_text(as_html(shown), encoding="utf-8")
    else:
        for number, page in enumerate(as_png(shown), start=1):
            (out if number == 1 else out.with_stem(f"{out.stem}-{number}")).write_bytes(page)
    for fault in dict.fromkeys(f"{one.guide} · {one.step}: {one.fault}" for one in shown if one.fault):
        click.echo(fault)
    click.echo(f"{len(shown)} pictures: {out}")


def _screenshots(settings: Settings) -> Mapping[Place, tuple[Screenshot, bytes]]:
    """Those in the store that is set, or that the app has made here; none where there is no store yet."""
    if not settings.redis_url and not (settings.data_dir / "appendonlydir").exists():
        return {}

    async def read() -> Mapping[Place, tuple[Screenshot, bytes]]:
        async with store_for(settings, "pictures") as store:
            return await published(store)

    return asyncio.run(read())


def _chosen(known: dict[str, Guide], names: Sequence[str]) -> Sequence[Guide]:
    for name in names:
        if name not in known:
            raise click.UsageError(f'There is no guide "{name}".{did_you_mean(name, known)}')
    return [known[name] for name in names] or list(known.values())
