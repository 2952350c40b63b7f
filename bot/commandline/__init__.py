"""The subcommands of `toso`, each imported when it is used: most bring half the app along."""

from collections.abc import Mapping
from importlib import import_module

import click
from typing_extensions import override

_MODULES: Mapping[str, str] = {
    "serve": "serve",
    "chat": "talk",
    "check": "check",
    "learn": "learn",
    "play": "content",
    "match": "content",
    "pictures": "pictures",
    "webhook": "webhook",
    "zalo": "zalo",
    "doctor": "doctor",
}
"""Which module of this package holds each subcommand, by what they are for."""


class Commands(click.Group):
    """A group with these subcommands."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_MODULES, *(name for name in self.commands if name not in _MODULES)]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            for name in [cmd_name] if cmd_name in _MODULES else _MODULES:  # all: one of them may have been meant
                module = import_module(f"bot.commandline.{_MODULES[name]}")
                self.add_command(getattr(module, name))
        return super().get_command(ctx, cmd_name)
