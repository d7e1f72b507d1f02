"""Answers from servers that may send anything."""

import asyncio
import contextlib

import aiohttp


class LimitedResponse(aiohttp.ClientResponse):
    """An answer that is read up to `limit` bytes; more raises ClientPayloadError."""

    limit = 64 * 1024

    @classmethod
    def of(cls, limit: int) -> type:
        """Return this class with another limit."""
        return type(cls.__name__, (cls,), {'limit': limit})

    async def read(self) -> bytes:
        """Return the body."""
        if self._body is None:
            parts, size = [], 0
            async for part in self.content.iter_any():
                size += len(part)
                if size > self.limit:
                    self.close()
                    raise aiohttp.ClientPayloadError('the answer is too long')
                parts.append(part)
            self._body = b''.join(parts)
        return self._body


class TimedSession:
    """A session whose requests end in ClientError when their time is up.

    Those of aiohttp end in a TimeoutError then, which pyHanko's validator takes for the end of all
    asking: it would not go on from a responder that hangs to a list that answers.
    """

    def __init__(self, session: aiohttp.ClientSession):
        self._session = session

    def get(self, *args, **options):
        return _timed(self._session.get(*args, **options))

    def post(self, *args, **options):
        return _timed(self._session.post(*args, **options))


@contextlib.asynccontextmanager
async def _timed(request):
    try:
        async with request as response:
            yield response
    except (TimeoutError, asyncio.TimeoutError) as error:
        raise aiohttp.ServerTimeoutError('no answer in time') from error
