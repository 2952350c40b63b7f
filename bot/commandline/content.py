"""`toso play` and `toso match`: for those who write guides and conversations."""

import difflib
import json
import sys
import time
from pathlib import Path

import click
import msgspec

from bot.content.loader import named_text
from bot.engine.environment import Setting
from bot.loading import setting_from_files
from bot.nlu.intent import Matcher
from bot.settings import Settings, environment
from bot.transcripts.transcript import play as play_file

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
