"""A page about what trusting a company's root certificate means, and the certificate itself."""

import re

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from odoo import http
from odoo.http import request

from ..pades.certificates import facts, fingerprint_words
from .page_security import render_page
from .verify import speak

# a part of the fingerprint, as long as nobody guesses it, so that paper can name it
MARK = re.compile(r"[0-9a-f]{16,64}")


class TrustController(http.Controller):
    @http.route(
        ["/esign/trust", "/esign/trust/<string:mark>"],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def trust(self, mark=None):
        """Explain what it means to trust a root, and show the one that the address names.

        Nothing is listed: who has no document of a company doesn't learn that it works here.
        """
        speak()
        known = _roots()
        whole, root = _find(known, mark)
        values = {
            "root": root and _shown(whole, root),
            "mark": mark,
            "others": _others(known, whole, root) if root else [],
            "file": f"ca-root-{whole[:8]}.pem" if root else "ca-root.pem",
        }
        return render_page("odoo_esign.trust_page", values, 404 if mark and not root else 200)

    @http.route(
        [
            "/esign/trust/<string:mark>/ca-root.<string:extension>",
            "/esign/verify/root/<string:mark>.<string:extension>",
        ],
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def root(self, mark, extension):
        """Give out a root certificate, as text (pem) or as it is (crt)."""
        whole, root = _find(_roots(), mark)
        if not root or extension not in ("pem", "crt"):
            raise request.not_found()
        content, kind = root.der, "application/pkix-cert"
        if extension == "pem":
            certificate = x509.load_der_x509_certificate(root.der)
            content, kind = certificate.public_bytes(Encoding.PEM), "application/x-pem-file"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", kind),
                (
                    "Content-Disposition",
                    f'attachment; filename="ca-root-{whole[:8]}.{extension}"',
                ),
                ("Content-Length", str(len(content))),
                ("X-Content-Type-Options", "nosniff"),
                ("X-Robots-Tag", "noindex, nofollow"),
            ],
        )


def _roots():
    service = request.env["esign.verification"].sudo()
    return {**service._stamp_roots(), **service._roots()}


def _find(known, mark):
    """Return the fingerprint that begins with ``mark``, and its root; None and None for nothing."""
    found = [whole for whole in known if MARK.fullmatch(mark or "") and whole.startswith(mark)]
    return (found[0], known[found[0]]) if len(found) == 1 else (None, None)


def _others(known, mark, root):
    """Return the other roots of the same company's authority, the one in use first."""
    if not root.is_own:
        return []
    found = [
        _shown(other, one)
        for other, one in known.items()
        if one.is_own and one.company == root.company and other != mark
    ]
    newest_first = sorted(found, key=lambda one: one["since"], reverse=True)
    return sorted(newest_first, key=lambda one: one["state"] != "present")


def _shown(mark, root):
    service = request.env["esign.verification"]
    known = facts(root.der)
    certificate = x509.load_der_x509_certificate(root.der)
    return {
        "mark": mark,
        "fingerprint": fingerprint_words(root.der),
        "title": service._root_text(root),
        "others_title": request.env._("Other roots of %s", root.company.name),
        "subject": known["subject"],
        "since": certificate.not_valid_before_utc,
        "from": service._date_text(certificate.not_valid_before_utc),
        "until": service._date_text(certificate.not_valid_after_utc),
        "is_own": root.is_own,
        "is_stamper": root.is_stamper,
        "state": root.state,
    }
