"""Which failures of a call mean that it never left: only then is there no doubt that nobody got what it carries."""

from typing import Final

import aiohttp

UNREACHED: Final = (aiohttp.ClientConnectorError, aiohttp.InvalidURL, aiohttp.ConnectionTimeoutError)
