from werkzeug.exceptions import Forbidden, MethodNotAllowed

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .access import (
    csrf_is_valid,
    dead_link_of,
    is_from_another_site,
    network_facts,
    signer_of_token,
    visitor_of,
    why_shut,
)
from .closed import CLOSED, ClosedPages
from .page_security import render_page
from .pdf_library import library_addresses


def _only_post():
    """Odoo lets OPTIONS through to every route, and past its check of the CSRF token."""
    if request.httprequest.method != "POST":
        raise MethodNotAllowed(["POST"])
    if is_from_another_site():
        raise Forbidden()


class SigningController(ClosedPages, http.Controller):
    """The page behind a signing link. GET never changes anything: mail scanners open links."""

    # ------------------------------------------------------------- the link
    @http.route(
        "/esign/s/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def open_link(self, token):
        """Trade the link for a cookie and go on at an address without the secret."""
        signer = signer_of_token(token)
        if not signer:
            dead = dead_link_of(token)
            if not dead:
                return self._closed(signer, "invalid", 404)
            return self._closed_link(dead.signer_id, dead._why())
        if signer._is_link_over():
            said = "expired" if signer._obstacle() == "expired" else "link_over"
            return self._closed(signer, "expired", 410, said=said, known=True)
        response = request.redirect(signer._page_path(), code=303)
        name, value = signer._session_cookie()
        response.set_cookie(
            name,
            value,
            path=signer._page_path(),
            httponly=True,
            secure=request.httprequest.scheme == "https",
            samesite="Lax",
        )
        return self._secured(response)

    # ------------------------------------------------------------- pages
    @http.route(
        "/esign/sign/<string:ref>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def page(self, ref):
        visitor = visitor_of(ref)
        signer = visitor.signer
        if visitor.code == "login":
            return self._ask_identification(signer)
        if visitor.code:
            return self._closed(signer, visitor.code, 404)
        obstacle = signer._obstacle()
        if obstacle not in (None, "already"):
            status = 403 if obstacle == "not_your_turn" else 410
            return self._closed(signer, obstacle, status, known=True)
        request.update_context(lang=signer._lang())
        page = self._page_of(signer)
        return render_page(
            "odoo_esign.signing_page",
            {
                "page": page,
                "signer": signer,
                "first": signer._first_screen(page),
                "texts": self._script_texts(signer),
                "scripts": library_addresses(),
                **self._company_values(signer),
            },
            application=True,
        )

    def _script_texts(self, signer):
        """Return the texts of the page's scripts in the participant's language."""
        modules, _language = request.env["ir.http"]._get_translations_for_webclient(
            ["odoo_esign"], signer._lang()
        )
        return {term["id"]: term["string"] for term in modules["odoo_esign"]["messages"]}

    def _page_of(self, signer):
        return signer._signing_page(request.csrf_token())

    # ------------------------------------------------------------- documents
    @http.route(
        "/esign/sign/<string:ref>/document/<int:document_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def document(self, ref, document_id, revision=None):
        """The PDF to read, for somebody whose turn it is or who has signed."""
        visitor = visitor_of(ref)
        if visitor.code or visitor.signer._obstacle() not in (None, "already"):
            raise request.not_found()
        return self._pdf(visitor.signer, document_id, "frozen", shown=revision)

    @http.route(
        "/esign/sign/<string:ref>/signed/<int:document_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def signed_document(self, ref, document_id):
        """The sealed PDF, once the envelope is completed."""
        visitor = visitor_of(ref)
        if visitor.code or visitor.signer.envelope_id.state != "completed":
            raise request.not_found()
        return self._pdf(visitor.signer, document_id, "sealed", download=True)

    @http.route(
        "/esign/sign/<string:ref>/certificate",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def certificate(self, ref):
        """The certificate of completion, in the participant's language where it is in that."""
        visitor = visitor_of(ref)
        if visitor.code:
            raise request.not_found()
        return self._kept_file(visitor.signer._own_certificate(), "application/pdf")

    @http.route(
        "/esign/sign/<string:ref>/evidence",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def evidence(self, ref):
        """The evidence package, for who has signed or approved."""
        visitor = visitor_of(ref)
        if visitor.code:
            raise request.not_found()
        return self._kept_file(visitor.signer._own_package(), "application/zip")

    def _kept_file(self, kept, content_type):
        if not kept:
            raise request.not_found()
        try:
            content = kept._read_kept()
        except UserError:
            raise request.not_found()
        disposition = http.content_disposition(kept._file_name())
        response = request.make_response(
            content, [("Content-Type", content_type), ("Content-Disposition", disposition)]
        )
        return self._secured(response)

    def _pdf(self, signer, document_id, revision, download=False, shown=None):
        document = signer._documents().filtered(lambda d: d.id == document_id)
        if not document:
            raise request.not_found()
        try:
            if revision == "frozen":
                pdf = document._read_shown(signer, shown)
            else:
                pdf = document._read_pdf(revision)
        except UserError:
            raise request.not_found()
        disposition = http.content_disposition(
            document._file_name(" - signed" if revision == "sealed" else ""),
            "attachment" if download else "inline",
        )
        response = request.make_response(
            pdf, [("Content-Type", "application/pdf"), ("Content-Disposition", disposition)]
        )
        return self._secured(response)

    # ------------------------------------------------------------- acts
    @http.route("/esign/sign/<string:ref>/opened", type="jsonrpc", auth="public", methods=["POST"])
    def opened(self, ref, csrf_token=None, context=None, **_rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        visitor.signer._open(context)
        if request.session.is_new:
            # kept from now on: for a session that is not, Odoo looks for its database each time
            request.session.touch()
        return {"ok": True}

    @http.route("/esign/sign/<string:ref>/sign", type="jsonrpc", auth="public", methods=["POST"])
    def sign(self, ref, csrf_token=None, **params):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        return self._sign_as(visitor, params)

    def _sign_as(self, visitor, params):
        return visitor.signer._consent(params, network_facts(visitor))

    @http.route("/esign/sign/<string:ref>/decline", type="jsonrpc", auth="public", methods=["POST"])
    def decline(self, ref, csrf_token=None, reason=None, **_rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        return visitor.signer._decline(reason, network_facts(visitor))

    @http.route("/esign/sign/<string:ref>/ask", type="jsonrpc", auth="public", methods=["POST"])
    def ask(self, ref, csrf_token=None, question=None, **_rest):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        return visitor.signer._ask(question, network_facts(visitor))

    @http.route(
        "/esign/sign/<string:ref>/delegate", type="jsonrpc", auth="public", methods=["POST"]
    )
    def delegate(self, ref, csrf_token=None, **params):
        visitor, refusal = self._acting(ref, csrf_token)
        if refusal:
            return refusal
        return visitor.signer._delegate(params, network_facts(visitor))

    def _acting(self, ref, csrf_token):
        """Return (visitor, None), or (None, the refusal) for a stranger or a foreign page."""
        _only_post()
        visitor = visitor_of(ref)
        if visitor.code:
            return None, self._refusal(visitor.signer, visitor.code)
        if not csrf_is_valid(csrf_token):
            return None, {
                "ok": False,
                "code": "csrf",
                "message": request.env._("This page has expired. Please reload it."),
                "field_errors": {},
            }
        return visitor, None

    @http.route(
        "/esign/sign/<string:ref>/status",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def status(self, ref):
        """How far it is; for who waits on an open page, also that it has ended otherwise."""
        visitor = visitor_of(ref)
        signer = visitor.signer
        if visitor.code:
            code, known = why_shut(signer) if signer else ("unknown", False)
            if not known or code == "session_over":
                raise request.not_found()
            return self._status({"state": "closed", **signer._closed_page(code, known)}, 404)
        state = signer.envelope_id.state
        if signer.state == "signed":
            if state in CLOSED:
                return self._status({"state": "closed", **signer._closed_page(state, known=True)})
            if state == "sent":
                state = "signed"
        return self._status({"state": state, "done": signer._done_page()})

    def _status(self, answer, status=200):
        response = request.make_json_response(answer, status=status)
        return self._secured(response)
