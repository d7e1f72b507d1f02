"""What the page's script tells of its visitor: came in, has read, has taken a copy along.

All POST: link scanners fetch addresses, and nothing may be written of them. Whoever fetches a
file by hand, with the cookie and without the page, is not logged; nobody gets the cookie but
with the link or a login.
"""

from odoo import http

from .access import network_facts, session_mark
from .signing import SigningController


class ReadingController(SigningController):
    @http.route()
    def opened(self, ref, csrf_token=None, context=None, **rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        visitor.signer._come_in(network_facts(visitor), session_mark(visitor))
        return super().opened(ref, csrf_token=csrf_token, context=context, **rest)

    @http.route("/esign/sign/<string:ref>/read", type="jsonrpc", auth="public", methods=["POST"])
    def read_pages(self, ref, csrf_token=None, reading=None, **_rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        reading = reading if isinstance(reading, dict) else {}
        visitor.signer._read_pages(reading, session_mark(visitor))
        return {"ok": True}

    @http.route(
        "/esign/sign/<string:ref>/downloaded", type="jsonrpc", auth="public", methods=["POST"]
    )
    def downloaded(self, ref, csrf_token=None, file=None, **_rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        visitor.signer._downloaded(file, network_facts(visitor))
        return {"ok": True}
