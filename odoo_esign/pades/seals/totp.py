"""One-time codes from a shared secret (TOTP, RFC 6238: SHA-1, six digits, 30 seconds)."""

import asyncio
import base64
import binascii
import hmac
from collections.abc import Callable

from ..errors import SealRefused
from ..words import _lt

STEP = 30


def code(secret: str, counter: int) -> str:
    """Return the code of one step (RFC 4226); raises SealRefused for what is no Base32."""
    text = ''.join(secret.split()).upper()
    try:
        key = base64.b32decode(text + '=' * (-len(text) % 8))
    except (binascii.Error, ValueError):
        text = _lt('the secret of the one-time codes is not written in Base32 (A to Z, 2 to 7)')
        raise SealRefused(text, 'setting') from None
    digest = hmac.digest(key, counter.to_bytes(8, 'big'), 'sha1')
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF
    return f'{number % 1_000_000:06}'


class Codes:
    """Gives each code once: providers take none a second time."""

    def __init__(self, clock: Callable[[], float], sleep=asyncio.sleep):
        self._clock, self._sleep, self._used = clock, sleep, {}

    async def next(self, secret: str) -> str:
        """Return the present code, or wait for the next one if that was given out."""
        key = hmac.digest(b'totp', secret.encode(), 'sha256')
        counter = max(int(self._clock() // STEP), self._used.get(key, 0) + 1)
        self._used[key] = counter
        wait = counter * STEP - self._clock()
        if wait > 0:
            await self._sleep(wait)
        return code(secret, counter)
