"""A page on which anybody can check a signed PDF, by its number or by the file itself."""

import re

from odoo import http
from odoo.http import request
from odoo.tools.misc import get_lang

from .page_security import render_page
from .slots import take_slot

REFERENCE = re.compile(r"[A-Z0-9-]{1,40}")
MAX_BYTES = 25 * 2**20
BUSY_SECONDS = 5


def speak():
    """Answer in the visitor's language, also where no website has chosen one before."""
    if request.env.user._is_public() and request.best_lang:
        request.update_context(lang=get_lang(request.env, request.best_lang).code)


class VerifyController(http.Controller):
    @http.route(
        "/esign/verify",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,  # in the visitor's language
        sitemap=False,
        readonly=True,
    )
    def verify(self):
        speak()
        return _page({})

    @http.route(
        "/esign/verify/<string:reference>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def verify_number(self, reference):
        """Tell a holder of the number what the paper tells anyhow: state, times and hashes."""
        speak()
        reference = reference.strip().upper()
        found = None
        if REFERENCE.fullmatch(reference):
            found = request.env["esign.verification"]._check_number(reference, request.env.user)
        values = {"number": reference[:40], "result": found}
        return _page(values, 200 if found else 404)

    @http.route(
        "/esign/verify",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def check(self, pdf=None, number=None, **_others):
        """Answer for the PDF in the form, or go to the page of the number in it."""
        speak()
        if number and not pdf:
            number = number if isinstance(number, str) else ""  # a file can be sent under any name
            number = re.sub(r"[^A-Z0-9-]", "", number.upper())[:40]
            return request.redirect(f"/esign/verify/{number}" if number else "/esign/verify")
        content = pdf.read(MAX_BYTES + 1) if hasattr(pdf, "read") else b""
        if not content:
            return _page({"missing": True}, 422)
        if not take_slot(request.httprequest.remote_addr or ""):
            response = _page({"busy": True}, 503)
            response.headers["Retry-After"] = str(BUSY_SECONDS)
            return response
        result = request.env["esign.verification"]._check_file(content, request.env.user)
        return _page({"result": result, "file_name": (pdf.filename or "")[:200]})


def _page(values, status=200):
    values = {"result": None, "max_bytes": MAX_BYTES, **values}
    return render_page("odoo_esign.verify_page", values, status)
