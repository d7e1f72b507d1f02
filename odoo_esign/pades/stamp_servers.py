"""External time stampers (RFC 3161 over HTTP), tried in order until one gives a good token.

There is no fallback to the local clock: if none answers, StampFailed says why for each.
"""

import asyncio
import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from asn1crypto import cms
from pyhanko.sign.timestamps import TimeStamper

from .errors import StampFailed
from .loops import run
from .reaching import why_not_reached
from .tokens import check_answer
from .words import _lt

MAX_ANSWER_BYTES = 64 * 1024

_HEADERS = {
    'Content-Type': 'application/timestamp-query',
    'Accept': 'application/timestamp-reply',
}


@dataclass(frozen=True)
class StampServer:
    """An address of a stamper. `timeout` are the seconds a request may take in all.

    A `bearer` token (RFC 6750) goes before user name and password. `policy` is the OID under which
    stamps are asked for; None leaves it to the stamper. `roots` are the DER certificates that this
    server's tokens have to lead to; None leaves that to the StampServers.
    """

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 10
    bearer: str | None = field(default=None, repr=False)
    policy: str | None = None
    roots: tuple[bytes, ...] | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The address as people may see it: without credentials, path or query."""
        try:
            parts = urlsplit(self.url)
            port = f':{parts.port}' if parts.port else ''
            return f'{parts.hostname}{port}' if parts.hostname else '?'
        except ValueError:
            return '?'


class StampServers(TimeStamper):
    """A pyHanko TimeStamper over several addresses.

    `roots` are the DER certificates a token has to lead to; None accepts any stamper. `used` is
    the host that gave the last token; `token_bytes` the room that is kept for a token.
    """

    def __init__(
        self,
        servers: Sequence[StampServer],
        *,
        roots: Sequence[bytes] | None = None,
        token_bytes: int = 12 * 1024,
    ):
        super().__init__()
        self.servers = tuple(servers)
        self.roots = roots
        self.token_bytes = token_bytes
        self.used = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token from the first server that gives a good one; raises StampFailed."""
        attempts = []
        for server in self.servers:
            # A nonce of its own for each: no server can replay what another was asked.
            _nonce, request = self.request_cms(message_digest, md_algorithm)
            if server.policy:
                request['req_policy'] = server.policy
            try:
                answer = await _post(server, request.dump())
                roots = self.roots if server.roots is None else server.roots
                token = await check_answer(answer, request, roots=roots)
                if len(token.dump()) > self.token_bytes:
                    text = _lt(
                        'the time stamp has more than %(count)s bytes', count=self.token_bytes
                    )
                    raise StampFailed(text, 'too_big')
            except StampFailed as error:
                attempts.append((server.host, error))
                continue
            self.used = server.host
            return token
        raise _failure(attempts)


def try_server(server: StampServer, *, roots: Sequence[bytes] | None = None) -> cms.ContentInfo:
    """Return a token over nothing of meaning, to test an address; raises StampFailed."""
    return run(StampServers([server], roots=roots).async_timestamp(os.urandom(32), 'sha256'))


def _failure(attempts):
    if not attempts:
        return StampFailed(_lt('no time stamp server is set'), 'unreachable')
    said = tuple((host, error.sentence) for host, error in attempts)
    reasons = [_lt('%(host)s: %(why)s', host=host, why=sentence) for host, sentence in said]
    text = _lt('no time stamp could be obtained: %(reasons)s', reasons=reasons)
    return StampFailed(text, attempts[-1][1].code, said)


async def _post(server, body):
    headers = dict(_HEADERS)
    if server.bearer:
        headers['Authorization'] = f'Bearer {server.bearer}'
    elif server.username:
        pair = f'{server.username}:{server.password or ""}'.encode()  # RFC 7617
        headers['Authorization'] = 'Basic ' + base64.b64encode(pair).decode()
    timeout = aiohttp.ClientTimeout(total=server.timeout)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            # A redirect would carry the credentials to wherever it points.
            session.post(server.url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            if response.status in (401, 403):
                raise StampFailed(_lt('the user name, password or token is not accepted'), 'http')
            if response.status != 200:
                raise StampFailed(
                    _lt('the server answered %(status)s', status=response.status), 'http'
                )
            return await _body(response)
    except StampFailed:
        raise
    except (TimeoutError, asyncio.TimeoutError):
        text = _lt('no answer within %(timeout)s seconds', timeout=f'{server.timeout:g}')
        raise StampFailed(text, 'timeout') from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        text = _lt('cannot be reached: %(why)s', why=why_not_reached(error))
        raise StampFailed(text, 'unreachable') from None


async def _body(response):
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise StampFailed(_lt('the answer is not a time stamp (too long)'), 'garbage')
        parts.append(part)
    return b''.join(parts)
