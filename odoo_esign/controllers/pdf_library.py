"""Odoo's own copy of pdf.js, compressed.

Odoo sends files as they lie on the disk, and not every proxy compresses scripts: on a phone, nearly
3 MB stand between a person and the document.
"""

import functools
import gzip
import hashlib
from pathlib import Path

from werkzeug.http import parse_accept_header

from odoo import http
from odoo.http import request
from odoo.tools.misc import file_path

NAMES = ("pdf.js", "pdf.worker.js")
ADDRESS = "/odoo_esign/pdfjs"


def library_addresses():
    """Return where each script is; both change when Odoo brings another pdf.js.

    The two of them go together: pdf.js refuses a worker of another version.
    """
    return {name: f"{ADDRESS}/{_version()}/{name}" for name in NAMES}


@functools.cache
def _version():
    content = b"".join(_path(name).read_bytes() for name in NAMES)
    return hashlib.sha256(content).hexdigest()[:16]


@functools.cache
def _packed(name):
    return gzip.compress(_path(name).read_bytes(), mtime=0)


def _path(name):
    return Path(file_path(f"web/static/lib/pdfjs/build/{name}"))


class PdfLibraryController(http.Controller):
    @http.route(
        f"{ADDRESS}/<string:version>/<string:name>",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def pdf_library(self, version, name):
        if version != _version() or name not in NAMES:
            raise request.not_found()
        headers = [
            ("Content-Type", "text/javascript; charset=utf-8"),
            ("Cache-Control", f"public, max-age={http.STATIC_CACHE_LONG}, immutable"),
            ("Vary", "Accept-Encoding"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if parse_accept_header(request.httprequest.headers.get("Accept-Encoding"))["gzip"]:
            return request.make_response(_packed(name), [*headers, ("Content-Encoding", "gzip")])
        return request.make_response(_path(name).read_bytes(), headers)
