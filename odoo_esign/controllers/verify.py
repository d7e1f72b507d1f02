"""A page on which anybody who holds a signed PDF can compare it with what we keep."""

import re

from odoo import http
from odoo.http import request

REFERENCE = re.compile(r"[A-Z0-9-]{1,40}")


class VerifyController(http.Controller):
    @http.route(
        "/esign/verify/<string:reference>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,  # its layout is that of the front end
        sitemap=False,
    )
    def verify(self, reference):
        """Tell a holder of the number what the paper tells anyhow: state, times and hashes."""
        envelope = request.env["esign.envelope"].sudo()
        if REFERENCE.fullmatch(reference):
            envelope = envelope.search(
                [("reference", "=", reference), ("state", "not in", ("draft", "preparing"))],
                limit=1,
            )
        response = request.render(
            "odoo_esign.verify_page", {"envelope": envelope, "reference": reference[:40]}
        )
        response.status_code = 200 if envelope else 404
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
