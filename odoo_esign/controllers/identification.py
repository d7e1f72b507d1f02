"""The page on which a participant shows who it is: by a code from a mail, an SMS, or agreed on."""

import secrets

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .access import session_of, visitor_of
from .page_security import render_page
from .signing import SigningController, _only_post


class IdentificationController(SigningController):
    @http.route()
    def page(self, ref):
        visitor = visitor_of(ref)
        if visitor.code != "identify" or visitor.signer._obstacle() not in (None, "already"):
            return super().page(ref)
        return self._ask_code(visitor.signer)

    @http.route(
        "/esign/sign/<string:ref>/code",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def send_code(self, ref, method=None, **_rest):
        """Queue a code for this visitor alone: it is bound to a cookie that is set here."""
        _only_post()
        visitor = visitor_of(ref)
        signer = visitor.signer
        if visitor.code != "identify" or signer._obstacle() not in (None, "already"):
            return self._back(signer, ref)
        session = session_of(signer) or secrets.token_urlsafe(32)
        refusal = signer._request_code(str(method), session)
        response = self._ask_code(signer, session, refusal) if refusal else self._back(signer, ref)
        return self._with_session(response, signer, session)

    @http.route(
        "/esign/sign/<string:ref>/identify",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def enter_code(self, ref, method=None, code=None, **_rest):
        _only_post()
        visitor = visitor_of(ref)
        signer = visitor.signer
        if visitor.code != "identify" or signer._obstacle() not in (None, "already"):
            return self._back(signer, ref)
        # an agreed code is asked for without anything being sent before
        session = session_of(signer) or secrets.token_urlsafe(32)
        refusal = signer._enter_code(str(method), session, code)
        response = self._ask_code(signer, session, refusal) if refusal else self._back(signer, ref)
        return self._with_session(response, signer, session)

    @http.route(
        "/esign/sign/<string:ref>/code_state",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def code_state(self, ref):
        """Tell the open page whether the code is on its way."""
        visitor = visitor_of(ref)
        if visitor.code != "identify":
            raise request.not_found()
        session = session_of(visitor.signer)
        method = visitor.signer._missing_proofs(session)[0]
        state = visitor.signer._code_state(method, session) or "none"
        return self._secured(request.make_json_response({"state": state}))

    def _with_session(self, response, signer, session):
        response.set_cookie(
            signer._session_name(),
            session,
            path=signer._page_path(),
            httponly=True,
            secure=request.httprequest.scheme == "https",
            samesite="Lax",
        )
        return response

    def _back(self, signer, ref):
        path = signer._page_path() if signer else f"/esign/sign/{ref}"
        return self._secured(request.redirect(path, code=303))

    def _ask_code(self, signer, session=None, refusal=None):
        session = session or session_of(signer)
        missing = signer._missing_proofs(session)
        if not missing:
            # the same code, posted by another window a moment before
            return self._back(signer, signer.access_ref)
        method = missing[0]
        request.update_context(lang=signer._lang())
        return render_page(
            "odoo_esign.signing_identify",
            {
                "signer": signer,
                "page": signer._identification_page(method, session),
                "refusal": refusal,
                "write": signer._write_to_sender(),
                **self._company_values(signer),
            },
        )

    @http.route(
        "/esign/sign/<string:ref>/resend",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def resend(self, ref):
        """Send the mail again, to the address that was invited and to no other."""
        _only_post()
        visitor = visitor_of(ref)
        signer = visitor.signer
        if not signer or signer.identification == "login":
            raise request.not_found()
        try:
            signer._resend(keep_link=True)
            title = signer.env._("A new link is on its way")
            text = signer.env._(
                "It will be sent to %s; the previous one will then stop working.",
                signer._masked_destination(),
            )
        except UserError:
            # said of the participant, for the sender
            title = signer.env._("Not sent again")
            text = signer.env._(
                "Nothing more can be sent at the moment. Please look for the message in your inbox "
                "and among spam, or try again in an hour."
            )
        page_url = signer._page_path()
        return self._closed(signer, "login", 200, message=text, title=title, page_url=page_url)
