"""A picture of a signature is checked when it is adopted: whoever signs does not wait for it."""

from odoo import http

from .signing import SigningController


class PicturesController(SigningController):
    @http.route("/esign/sign/<string:ref>/picture", type="jsonrpc", auth="public", methods=["POST"])
    def picture(self, ref, csrf_token=None, kind=None, image=None, **_rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        return visitor.signer._adopt(kind, image)
