"""The subcommands of `toso`, by what they are for."""

import click

from bot.commandline.check import check
from bot.commandline.content import match, play
from bot.commandline.doctor import doctor
from bot.commandline.learn import learn
from bot.commandline.pictures import pictures
from bot.commandline.serve import serve
from bot.commandline.talk import chat
from bot.commandline.webhook import webhook
from bot.commandline.zalo import zalo

COMMANDS: tuple[click.Command, ...] = (serve, chat, check, learn, play, match, pictures, webhook, zalo, doctor)
