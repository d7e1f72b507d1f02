from odoo import http


class Empty(http.Controller):
    """What a request costs in which nothing is done."""

    @http.route("/esign_bench/user", type="jsonrpc", auth="user", methods=["POST"])
    def user(self, **_params):
        return {"ok": True}

    @http.route("/esign_bench/public", type="jsonrpc", auth="public", methods=["POST"])
    def public(self, **_params):
        return {"ok": True}
