"""Answers from servers that may send anything."""

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
