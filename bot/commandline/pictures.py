"""`toso pictures`: for those who write guides, and look at every picture before residents do."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bot.commandline.reach import store_for
from bot.content.guide import Guide
from bot.content.schema import did_you_mean
from bot.images.screenshot import Place, Screenshot
from bot.images.screenshots import published
from bot.loading import load_content
from bot.settings import Settings, environment


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
