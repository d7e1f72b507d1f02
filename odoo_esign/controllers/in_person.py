"""Handing a user's own device to a participant: after that the browser knows no user any more."""

from markupsafe import Markup

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.esign_handover import HAND_COOKIE
from .page_security import render_page
from .signing import SigningController, _only_post

# what the back end left in the browser: pages to go back to, and what it keeps for itself
FORGET = '"cache", "storage"'
# sent to all pages of participants, so that the next hand-over ends the one before
HANDED_PATH = "/esign/"


class InPersonController(SigningController):
    @http.route(
        "/esign/hand/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def ask_to_hand(self, token):
        """Say what happens, to the user who pressed the button and to nobody else."""
        handover = self._open_handover(token)
        if not handover:
            return self._closed(handover.signer_id, "invalid", 404, message=self._over_text())
        return self._secured(
            render_page(
                "odoo_esign.signing_hand",
                {
                    "signer": handover.signer_id,
                    "for_whom": request.env._(
                        "From the next page on, this device is for %s only.",
                        Markup("<strong>%s</strong>") % handover.signer_id.name,
                    ),
                    "hand_url": f"/esign/hand/{token}/now",
                    "back_url": f"/odoo/signatures/{handover.signer_id.envelope_id.id}",
                    **self._company_values(handover.signer_id),
                },
            )
        )

    @http.route(
        "/esign/hand/<string:token>/now",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def hand(self, token, **_rest):
        """End the user's session; the browser goes on as the participant's."""
        _only_post()
        handover = self._open_handover(token)
        session = handover._hand() if handover else None
        if not session:
            return self._closed(handover.signer_id, "invalid", 404, message=self._over_text())
        signer = handover.signer_id
        before = self._end_earlier(handover)
        request.session.logout(keep_db=True)
        response = request.redirect(signer._page_path(), code=303)
        for name in before:
            response.set_cookie(name, "", path=HANDED_PATH, max_age=0)
        response.set_cookie(
            signer._hand_cookie_name(),
            session,
            path=HANDED_PATH,
            httponly=True,
            secure=request.httprequest.scheme == "https",
            samesite="Lax",
        )
        response.headers["Clear-Site-Data"] = FORGET
        return self._secured(response)

    @staticmethod
    def _end_earlier(handover):
        """End what was shown on this device before; return the names of the cookies for it."""
        cookies = request.httprequest.cookies
        names = [name for name in cookies if name.startswith(HAND_COOKIE)]
        handover._end_sessions([cookies[name] for name in names])
        return names

    def _closed(self, signer, code, status, message=None, **values):
        """On a device that was handed over, its owner finds the way back from every page."""
        way_back = signer._way_back() if signer else None
        if way_back:
            values = {
                "action_url": way_back["url"],
                "action_label": way_back["label"],
                "write": None,  # the device's owner is there
                **values,
            }
        return super()._closed(signer, code, status, message=message, **values)

    @staticmethod
    def _open_handover(token):
        handovers = request.env["esign.handover"].with_user(SUPERUSER_ID)
        user = request.env.user
        if user._is_public():
            return handovers.browse()
        return handovers._find_open(token, user)

    @staticmethod
    def _over_text():
        return request.env._(
            "This works only once, within ten minutes, and only for the person who pressed “Sign "
            "on this device”. Press it again on the envelope."
        )
