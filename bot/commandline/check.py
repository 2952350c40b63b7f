"""`toso check`: whether guides are fit to publish, what is past its date, and how easily they are read."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
from typing_extensions import override

from bot.content.checks.freshness import Readability
from bot.content.loader import (
    GUIDES,
    ROOT,
    check_path,
    read_reports,
    record_reading,
    record_versions,
    stale_findings,
    unread_findings,
    unrecorded_findings,
)
from bot.content.schema import did_you_mean
from bot.model.hours import VIETNAM

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
