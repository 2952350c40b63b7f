"""`toso play` and `toso match`: for those who write guides and conversations."""

import difflib
import json
import sys
import time
from pathlib import Path

import click
import msgspec

from bot.content.offline import FileLibrary
from bot.language.understanding import Matcher
from bot.loading import load_content, make_setting, read_words
from bot.settings import Settings, environment
from bot.transcripts.transcript import play as play_file
from bot.world import Setting

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--update", is_flag=True, help="Write the bot's lines as they are now.")
def play(files: tuple[Path, ...], update: bool) -> None:
    """Play conversation files and show where the bot now says something else. Exits 1 when it does."""
    setting = _setting()
    changed = False
    for file in files:
        before = file.read_text(encoding="utf-8")
        after = play_file(file.name, before, setting)
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
def match(text: str | None, file: Path | None, as_json: bool) -> None:
    """Say what the bot makes of free text."""
    matcher = _setting().matcher
    if file is not None:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                click.echo(_matched(matcher, line.partition("\t")[0]))
    elif text is None:
        raise click.UsageError("Give a text, or --file.")
    elif as_json:
        click.echo(_matched(matcher, text))
    else:
        found = matcher.match(text)
        click.echo(f"{found.decision} {found.guide or ''}".rstrip())
        for suggestion in found.suggestions:
            click.echo(f"  {suggestion.score:.2f} {suggestion.guide}")


def _matched(matcher: Matcher, text: str) -> str:
    started = time.perf_counter()
    found = matcher.match(text)
    ms = round((time.perf_counter() - started) * 1000, 3)
    fields = {"text": text, **msgspec.to_builtins(found), "ms": ms}
    fields["guide"] = found.guide or None
    return json.dumps(fields, ensure_ascii=False)


def _setting() -> Setting:
    settings = Settings.read(environment())
    content = load_content(settings)
    library = FileLibrary([parsed.guide for parsed in content.guides])
    return make_setting(content, read_words(content), library, settings.retention_days)
