"""What the public pages let a browser do: run our own scripts, talk to this server, no more."""

import secrets

from odoo.http import request

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def render_page(template, values, status=200, application=False):
    """Return one of our public pages with a policy of its own.

    Scripts and style sheets run only with the nonce of this answer, which ``ir.qweb`` writes
    into the tags of our bundles; an injected one has none.

    :param bool application: whether the page runs components, see ``_policy``
    """
    nonce = secrets.token_urlsafe(16)
    request.update_context(esign_nonce=nonce)
    response = request.render(template, {**values, "esign_nonce": nonce})
    response.status_code = status
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = _policy(nonce, application)
    return response


def _policy(nonce, application):
    scripts, attributes = f"script-src 'nonce-{nonce}'", "style-src-attr 'none'"
    if application:
        # 'strict-dynamic': pdf.js and the drawing pad are loaded by our script when needed.
        # 'unsafe-eval': OWL, the framework of Odoo's own pages, makes functions of its templates
        # in the browser, in the reader's language. What it makes them of comes from our bundle,
        # never from what people have entered.
        scripts += " 'strict-dynamic' 'unsafe-eval'"
        # the places of pages and fields are given in their style attributes
        attributes = "style-src-attr 'unsafe-inline'"
    return "; ".join(
        (
            "default-src 'none'",
            scripts,
            f"style-src 'nonce-{nonce}'",
            attributes,
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
