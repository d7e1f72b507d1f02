"""A provider of remote signatures on loopback: Certomancer's CSC dummy, and what it leaves out.

That is access tokens, PIN and one-time codes, and everything that can go wrong: `mode` maps the
last part of an address ('info', 'authorize', 'signHash', 'token') to what happens there.
"""

import asyncio
import base64
import contextlib
import json
import threading
import time

from aiohttp import web
from csc_dummy.csc_dummy_server import CSCWithCertomancer

CLIENT, CLIENT_SECRET = 'odoo', 'client-geheim-5521'
PIN, TOTP_SECRET = '84-PIN-31', base64.b32encode(b'one-time codes').decode()


class Provider:
    def __init__(self, config, code):
        self._code = code
        self.mode, self.asked, self.explicit, self.tokens = {}, [], False, set()
        self.spent = set()
        # `held` are the addresses whose answers are being delayed
        self.release, self.delay, self.held = threading.Event(), 10, []
        self._dummy = CSCWithCertomancer(config)
        self._dummy.app = web.Application(middlewares=[self._misbehave])
        self._dummy.app.update(
            {
                'certomancer_config': config,
                'svc_info': None,
                'service_params': CSCWithCertomancer(config).app['service_params'],
            }
        )
        self._dummy.app.router.add_post('/csc/v1/oauth2/token', self._give_token)
        self._dummy.register_routes()
        self.url = None

    # ------------------------------------------------------------------ what it leaves out
    async def _give_token(self, request):
        form = await request.post()
        if (form.get('client_id'), form.get('client_secret')) != (CLIENT, CLIENT_SECRET):
            return web.json_response(
                {'error': 'invalid_client', 'error_description': f'wrong: {dict(form)}'},
                status=400,
            )
        token = f'token-{len(self.tokens)}'
        self.tokens.add(token)
        return web.json_response({'access_token': token, 'expires_in': 3600})

    @web.middleware
    async def _misbehave(self, request, handler):
        name = request.path.rpartition('/')[2]
        self.asked.append(name)
        mode = self.mode.get(name)
        if mode:
            return await getattr(self, f'_{mode}')(request, handler)
        if name != 'token':
            given = request.headers.get('Authorization', '').removeprefix('Bearer ')
            if given not in self.tokens:
                return web.json_response({'error': 'invalid_token'}, status=401)
        if name == 'authorize' and self.explicit:
            refusal = self._refuse(await request.json())
            if refusal:
                return web.json_response({'error': refusal}, status=400)
        response = await handler(request)
        if name == 'info' and self.explicit:
            content = json.loads(response.text)
            content.update(
                authMode='explicit', PIN={'presence': 'true'}, OTP={'presence': 'true'}
            )
            return web.json_response(content)
        return response

    def _refuse(self, asked):
        if asked.get('PIN') != PIN:
            return 'invalid_pin'
        now = int(time.time() // 30)
        codes = {self._code(TOTP_SECRET, number) for number in (now - 1, now, now + 1)}
        if asked.get('OTP') not in codes - self.spent:
            return 'invalid_otp'
        self.spent.add(asked['OTP'])
        return None

    # ------------------------------------------------------------------ what goes wrong
    async def _down(self, _request, _handler):
        return web.Response(status=503)

    async def _busy(self, _request, _handler):
        return web.Response(status=429)

    async def _slow(self, request, _handler):
        self.held.append(request.path)
        until = time.monotonic() + self.delay
        while time.monotonic() < until and not self.release.is_set():
            await asyncio.sleep(0.05)
        self.held.remove(request.path)
        return web.Response(status=503)

    async def _garbage(self, _request, _handler):
        return web.Response(text='<html>Hotel</html>')

    async def _number(self, _request, _handler):
        return web.json_response(5)

    async def _empty(self, _request, _handler):
        return web.json_response({})

    async def _huge(self, _request, _handler):
        return web.Response(body=b'[' * 2_000_000)

    async def _redirect(self, request, _handler):
        raise web.HTTPTemporaryRedirect('http://127.0.0.1:9' + request.path)

    async def _talkative(self, request, _handler):
        """Says again what it was sent, as careless software does."""
        said = f'{await request.text()} {dict(request.headers)}'
        content = {'error': 'invalid_request', 'error_description': said}
        return web.json_response(content, status=400)

    async def _other_signature(self, _request, _handler):
        return web.json_response({'signatures': [base64.b64encode(bytes(64)).decode()]})

    async def _changed(self, request, handler, **changes):
        content = json.loads((await handler(request)).text)
        return web.json_response({**content, **changes})

    async def _disabled(self, request, handler):
        return await self._changed(request, handler, key={'status': 'disabled', 'algo': []})

    async def _by_browser(self, request, handler):
        return await self._changed(request, handler, authMode='oauth2code')

    async def _odd_key(self, request, handler):
        return await self._changed(request, handler, key={'status': 'enabled', 'algo': ['1.2.3']})

    async def _revoked(self, request, handler):
        content = json.loads((await handler(request)).text)
        return web.json_response({**content, 'cert': {**content['cert'], 'status': 'revoked'}})

    async def _no_base64(self, _request, _handler):
        return web.json_response({'signatures': ['***']})


@contextlib.contextmanager
def serving(config, code, port=0):
    """Run the provider; `code(secret, counter)` is how one-time codes are made. Yields it."""
    provider, started, loop = Provider(config, code), threading.Event(), asyncio.new_event_loop()

    async def start():
        runner = web.AppRunner(provider._dummy.app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, '127.0.0.1', port)
        await site.start()
        got = site._server.sockets[0].getsockname()[1]
        provider.url = f'http://127.0.0.1:{got}/csc/v1'
        started.set()
        return runner

    def work():
        runner = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    if not started.wait(20):
        raise RuntimeError('the provider does not start')
    try:
        yield provider
    finally:
        provider.release.set()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
