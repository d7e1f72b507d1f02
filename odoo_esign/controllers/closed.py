from odoo.http import request

from .access import why_shut
from .page_security import HEADERS, render_page

# nobody comes back from these: said to whoever knows the address, without a link too
CLOSED = ("cancelled", "declined", "expired", "released")


class ClosedPages:
    """What is answered to somebody who can't act: why, and what to do next."""

    def _ask_identification(self, signer):
        """Say how to get in: log in, or open the link in the mail (which can be sent again)."""
        shut, known = why_shut(signer)
        if shut in ("handed_on", "passed_on", "revoked"):
            return self._closed_link(signer, shut)
        code = signer._obstacle()
        if signer.identification == "login":
            if request.env.user._is_public():
                return self._secured(
                    request.redirect(f"/web/login?redirect={signer._page_path()}", code=303)
                )
            return self._closed(
                signer,
                "login",
                403,
                # in one language with the rest of the page
                message=signer.env._(
                    "This document is waiting for someone else: you are logged in as %s.",
                    request.env.user.name,
                ),
                action_url=f"/web/session/logout?redirect={signer._page_path()}",
                action_label=signer.env._("Log in as someone else"),
            )
        if code in CLOSED:
            return self._closed(signer, code, 410, known=known)
        values = self._resend_values(signer) if code is None else {}
        message = signer.env._(
            "Open the link in the message that was sent to %s. It is your key to this document.",
            signer._masked_destination(),
        )
        return self._closed(signer, "login", 403, message=message, **values)

    def _closed_link(self, signer, code):
        """Say what has become of a link that was good; who looks for a newer one can get it."""
        values = {}
        if code == "revoked" and signer._obstacle() is None:
            values = self._resend_values(signer)
        return self._closed(signer, code, 410, known=True, **values)

    def _resend_values(self, signer):
        return {
            "resend_url": f"{signer._page_path()}/resend",
            "csrf_token": request.csrf_token(),
        }

    def _closed(self, signer, code, status, message=None, said=None, known=False, **values):
        """Return a page that says why this can't be opened.

        :param str said: the code of the words, where they are not those of ``code``
        :param bool known: the visitor had a link: offer to write to the sender
        """
        if signer:
            request.update_context(lang=signer._lang())
        signer = request.env["esign.signer"].sudo().browse(signer.ids)
        page = signer._closed_page(said or code, known)
        return render_page(
            "odoo_esign.signing_closed",
            {
                "code": code,
                "title": page["title"],
                "message": message or page["message"],
                "write": page["write"],
                **(self._company_values(signer) if signer else {}),
                **values,
            },
            status,
        )

    def _company_values(self, signer):
        company = signer.company_id
        return {"company_name": company.name, "company_logo_url": f"/logo.png?company={company.id}"}

    def _secured(self, response):
        response.headers.update(HEADERS)
        return response

    def _refusal(self, signer, why):
        """Say why whoever posts is not identified (any more)."""
        if not signer:
            code, known = "invalid", False
        elif why == "identify":
            obstacle = signer._obstacle()
            code, known = obstacle if obstacle in CLOSED else why, True
        else:
            code, known = why_shut(signer)
        return {
            **signer._closed_page(code, known),
            "ok": False,
            "code": "revoked" if code == "unknown" else code,
            "field_errors": {},
        }
