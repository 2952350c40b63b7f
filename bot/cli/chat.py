"""`toso chat`: talk to the bot in the terminal, as a channel would show it."""

from datetime import datetime
from pathlib import Path

import click

from bot.channel_registry import SHOWN_AS
from bot.engine.presenter import pieces, present
from bot.loading import setting_from_files
from bot.model import Reply, Turn
from bot.model.hours import VIETNAM
from bot.settings import Settings, environment
from bot.simulator.player import Player, shown
from bot.simulator.transcript import play

_HELP = "Type as a resident would. Empty line or Ctrl-D: leave. «+2h», «+3d»: let time pass."


@click.command()
@click.option("--channel", type=click.Choice(sorted(SHOWN_AS)), default="console", help="Show it as this channel does.")
@click.option(
    "--record", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write a conversation file."
)
def chat(channel: str, record: Path | None) -> None:
    """Talk to the bot in the terminal; nothing is kept."""
    if record:
        record.open("a").close()  # where it cannot be written, nobody talks first
    settings = Settings.read(environment())
    setting = setting_from_files(settings, datetime.now(VIETNAM).date())
    player = Player(setting)
    click.echo(click.style(_HELP, dim=True))
    lines = ["# Recorded with toso chat."]
    _say(player, "/start", channel, lines)
    while line := _typed():
        _say(player, line, channel, lines)
    if record:
        recorded = play("", "\n".join(lines), setting)
        record.write_text(recorded, encoding="utf-8")


def _typed() -> str:
    """The next line, or nothing at the end of the input."""
    try:
        return str(click.prompt("", prompt_suffix="> ", default="", show_default=False)).strip()
    except click.Abort:
        click.echo()
        return ""


def _say(player: Player, line: str, channel: str, lines: list[str]) -> None:
    unit = {"h": ("hours", 3600), "d": ("days", 86400)}.get(line[-1:])
    if line.startswith("+") and unit and line[1:-1].isdigit():
        lines.append(f"({line[1:-1]} {unit[0]} pass)")
        for turn in player.pass_time(int(line[1:-1]) * unit[1]):
            _show(turn, channel)
        return
    lines.append(f"Resident: {line}")
    _show(player.says(line), channel)


def _show(turn: Turn, channel: str) -> None:
    for reply in turn.replies:
        for line in _as_shown(reply, channel):
            click.echo(f"  {line}")
        if reply.picture:
            click.echo(click.style(f"  [{reply.picture.alt}]", dim=True))
        click.echo()


def _as_shown(reply: Reply, channel: str) -> list[str]:
    can = SHOWN_AS[channel]
    if can is None:
        return shown(reply)
    lines = []
    for piece in pieces(reply, can):
        message = present(piece, can)
        lines += message.text.splitlines()
        lines += ["  ".join(f"[ {button.label} ]" for button in row) for row in message.rows]
    return lines
