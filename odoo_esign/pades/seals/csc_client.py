"""The HTTP of the CSC API: addresses, access tokens, limits, and errors in plain words."""

import asyncio
import hmac
import ipaddress
import json
import re
import secrets
import time
from collections.abc import Iterable
from urllib.parse import quote_plus, urlsplit

import aiohttp

from ..errors import SealRefused, SealUnavailable
from ..reaching import why_not_reached
from ..words import _lt
from .elsewhere import refused_secrets
from .web import LimitedResponse

MAX_ANSWER_BYTES = 256 * 1024
TOKEN_MARGIN = 30
"""Seconds before its end from which a token isn't used any more."""
TOKEN_SECONDS = 300
"""How long a token is used that doesn't say how long it lasts."""

NONSENSE = _lt(
    "the provider's answer makes no sense: is this the address of its CSC API, version 1?"
)

_tokens = {}
_key = secrets.token_bytes(32)


def check_url(url: str) -> str:
    """Return the address without a slash at its end; raises SealRefused.

    Secrets go there, so it has to be https; plain http is for this machine alone.
    """
    try:
        parts = urlsplit((url or '').strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ('https', 'http'):
        text = _lt('enter the whole address of the API, such as https://provider.example/csc/v1')
        raise SealRefused(text, 'setting')
    if parts.username or parts.password or parts.query or parts.fragment:
        text = _lt('the address must not hold a password or parameters: there are fields for these')
        raise SealRefused(text, 'setting')
    if parts.scheme == 'http' and not _is_loopback(host):
        raise SealRefused(_lt('the address has to begin with https://'), 'setting')
    return url.strip().rstrip('/')


def _is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == 'localhost'


def words_of(value, hidden: Iterable[str]) -> str:
    """Return what a provider wrote, short and without any of the `hidden` secrets."""
    text = ' '.join(str(value).split())
    for secret in hidden:
        for written in (secret, quote_plus(secret), json.dumps(secret)[1:-1]):
            text = text.replace(written, '…')
    return text[:200]


class Client:
    """An asynchronous context manager; `post` asks for JSON with the account's token."""

    def __init__(self, account):
        self._account = account
        self._url = check_url(account.url)
        self._session = None
        self._hidden = set(account.secrets)

    async def __aenter__(self):
        refused_secrets.check(*self._account.secret)
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._account.timeout),
            response_class=LimitedResponse.of(MAX_ANSWER_BYTES),
            trust_env=True,
        )
        return self

    async def __aexit__(self, *_error):
        await self._session.close()

    async def post(self, path: str, content: dict) -> dict:
        """Return the answer; raises SealRefused and SealUnavailable."""
        status, answer = await self._post_with_token(path, content)
        if status == 401 and not self._account.token:
            _tokens.pop(self._token_name, None)  # withdrawn before its time
            status, answer = await self._post_with_token(path, content)
        if status != 200:
            raise self._failure(status, answer)
        if not isinstance(answer, dict):
            raise SealUnavailable(NONSENSE, 'garbage')
        return answer

    async def _post_with_token(self, path, content):
        token = await self._token()
        self._hidden |= {token, str(content.get('SAD', '')), str(content.get('OTP', ''))} - {''}
        headers = {'Authorization': f'Bearer {token}'}
        return await self._request(f'{self._url}/{path}', json=content, headers=headers)

    # -------------------------------------------------------------- tokens
    @property
    def _token_name(self):
        account = self._account
        parts = (self._url, account.token_url, account.client_id, account.client_secret)
        return hmac.digest(_key, '\0'.join(parts).encode(), 'sha256')

    async def _token(self):
        """Return an access token, the same one until it ends (OAuth 2.0, RFC 6749, 4.4)."""
        account = self._account
        if account.token:
            return account.token
        token, until = _tokens.get(self._token_name, ('', 0))
        if time.monotonic() < until:
            return token
        url = check_url(account.token_url) if account.token_url else f'{self._url}/oauth2/token'
        status, answer = await self._request(
            url,
            data={
                'grant_type': 'client_credentials',
                'client_id': account.client_id,
                'client_secret': account.client_secret,
            },
        )
        if status != 200:
            raise self._failure(status, answer)
        token = answer.get('access_token') if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token or not token.isprintable():
            raise SealUnavailable(_lt('the provider answered without an access token'), 'garbage')
        lasts = answer.get('expires_in')
        seconds = lasts if isinstance(lasts, int) and lasts > 0 else TOKEN_SECONDS
        _tokens[self._token_name] = token, time.monotonic() + seconds - TOKEN_MARGIN
        return token

    # -------------------------------------------------------------- requests
    async def _request(self, url, **options):
        """Return status and decoded answer."""
        timeout = self._account.timeout
        try:
            # A redirect would carry the secrets to wherever it points.
            async with self._session.post(url, allow_redirects=False, **options) as response:
                body = await response.read()
                return response.status, _decoded(body)
        except (TimeoutError, asyncio.TimeoutError):
            text = _lt(
                'the provider does not answer within %(timeout)s seconds', timeout=f'{timeout:g}'
            )
            raise SealUnavailable(text, 'timeout') from None
        except aiohttp.ClientPayloadError:
            text = _lt("the provider's answer is too long or incomplete")
            raise SealUnavailable(text, 'garbage') from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            text = _lt('the provider cannot be reached: %(why)s', why=why_not_reached(error))
            raise SealUnavailable(text, 'unreachable') from None

    def _failure(self, status, answer):
        said = self._said(answer)
        if status in (401, 403) or re.match(r'invalid_(client|token|pin|otp)', said):
            refused_secrets.add(*self._account.secret)
            text = _lt('the provider does not accept the credentials')
            if said:
                text = _lt('the provider does not accept the credentials (%(said)s)', said=said)
            return SealRefused(text, 'credentials')
        if 300 <= status < 400:
            text = _lt('the provider redirects to another address: enter the right one')
            return SealRefused(text, 'setting')
        if status == 404:
            return SealRefused(
                _lt('the provider does not know this credential or address'), 'credential'
            )
        if status == 429 or status >= 500:
            text = _lt(
                'the provider has a problem at the moment (it answered %(status)s)', status=status
            )
            return SealUnavailable(text, 'http')
        return SealRefused(_lt('the provider refuses: %(said)s', said=said or status), 'refused')

    def _said(self, answer):
        if not isinstance(answer, dict):
            return ''
        parts = (answer.get('error'), answer.get('error_description'))
        return words_of(': '.join(str(part) for part in parts if part), self._hidden)


def _decoded(body):
    try:
        return json.loads(body)
    except ValueError:
        return None
