"""From a request to a participant. Nothing else in this add-on turns a token into a person."""

import hashlib
import re
from dataclasses import dataclass

from odoo import SUPERUSER_ID
from odoo.http import request

from ..models.plain_text import clean

# what secrets.token_urlsafe makes; anything else is not worth a query
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Visitor:
    """A participant whose visitor has been identified, or the reason why not."""

    signer: object
    identified_by: str | None
    code: str | None


def signer_of_token(token):
    """Return the participant whose mailed link this is, or an empty recordset."""
    return request.env["esign.signer"].sudo()._find_by_token(token)


def dead_link_of(token):
    """Return the link that this once was, for the words about what has become of it."""
    return request.env["esign.dead.link"].sudo()._find(token)


def why_shut(signer):
    """Return why the cookie of this visitor opens nothing (any more), and whether it once did."""
    return signer._why_shut(request.httprequest.cookies.get(signer._cookie_name()))


def visitor_of(ref):
    """Return who visits the signing page at this address.

    The address names a participant and gives no access; the cookie of the link or the
    Odoo login does.
    """
    # as the system, so that what follows is not said to be done by «Public user»
    signer = request.env["esign.signer"].with_user(SUPERUSER_ID)
    if _ADDRESS.fullmatch(ref):
        signer = signer._find_at(ref)
    if not signer:
        return Visitor(signer, None, "invalid")
    signer = signer.with_context(lang=signer._lang())
    cookie = request.httprequest.cookies.get(signer._cookie_name())
    door = signer._identify(cookie, request.env.user)
    host = _host_of(signer)
    if host:
        door, signer = "in_person", signer.with_context(esign_host_id=host.id)
    if not door:
        return Visitor(signer, None, "login")
    if door == "login" and request.env.user._is_internal():
        signer = signer.with_context(esign_from_office=True)
    if signer._missing_proofs(session_of(signer)):
        return Visitor(signer, None, "identify")
    return Visitor(signer, "+".join([door, *signer._asked_for()]), None)


def _host_of(signer):
    """Return who handed over this device, as long as no user is logged in on it again."""
    if request.env.user._is_internal():
        return None
    cookie = request.httprequest.cookies.get(signer._hand_cookie_name())
    return request.env["esign.handover"].sudo()._find_for(signer, cookie).host_id


def session_of(signer):
    """Return the secret of the session in which codes were asked for, or None."""
    value = request.httprequest.cookies.get(signer._session_name())
    return value if value and _ADDRESS.fullmatch(value) else None


def session_mark(visitor):
    """Return a mark that tells one session of a participant from another, and opens none."""
    cookie = request.httprequest.cookies.get(visitor.signer._cookie_name())
    by_link = (visitor.identified_by or "").startswith("link")
    secret = cookie if by_link and cookie else request.session.sid
    return hashlib.sha256(f"esign session:{secret}".encode()).hexdigest()[:16]


def network_facts(visitor):
    """Return what the server itself saw of the request.

    The address is the one that the server resolved: a forwarded-for header counts only
    when the administrator has switched on Odoo's proxy mode.
    """
    http = request.httprequest
    user = request.env.user
    return {
        "user_id": False if user._is_public() else user.id,
        "identification": visitor.identified_by,
        "ip_address": http.remote_addr or "",
        "user_agent": clean(http.user_agent.string or "", 300),
        **visitor.signer._in_person_facts(),
        **_login_facts(visitor, user),
    }


def _login_facts(visitor, user):
    """Return which second factor of Odoo's the login had, where the login is what counts."""
    if "login" not in visitor.identified_by.split("+"):
        return {}
    return {"second_factor": user._esign_second_factor(request.session)}


def csrf_is_valid(token):
    """jsonrpc routes are not covered by Odoo's own check."""
    return isinstance(token, str) and token.isascii() and request.validate_csrf(token)


def is_from_another_site():
    """Tell whether the browser says that another website's page makes it send this.

    The token is what keeps such requests out; this stands in front of it, in all browsers since
    2023. A request that says nothing about it comes from an older one, or from no browser.
    """
    said = request.httprequest.headers.get("Sec-Fetch-Site", "none")
    return said not in ("same-origin", "none")
