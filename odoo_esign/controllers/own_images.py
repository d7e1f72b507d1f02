"""The saved signature of somebody who is logged in, and the sender's portrait."""

import base64

from odoo import http
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

from .access import visitor_of
from .signing import SigningController

PORTRAITS = ("image/png", "image/jpeg", "image/webp", "image/gif")


def _saved_images():
    return request.env["esign.saved.image"].sudo()


class OwnImagesController(SigningController):
    def _page_of(self, signer):
        page = super()._page_of(signer)
        page["saved"] = _saved_images()._for_page(request.env.user, signer)
        if _portrait(signer):
            page["sender"]["portrait_url"] = f"{signer._page_path()}/sender"
        return page

    def _sign_as(self, visitor, params):
        signer, user = visitor.signer, request.env.user
        save = params.pop("save", None)
        answer = super()._sign_as(visitor, _saved_images()._fill_in(user, signer, params))
        if answer.get("ok") and save:
            _saved_images()._keep(user, signer, save)
        return answer

    @http.route(
        "/esign/sign/<string:ref>/sender",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def sender_portrait(self, ref):
        """The small picture of the user who asks, for whoever may see the page."""
        visitor = visitor_of(ref)
        image = None if visitor.code else _portrait(visitor.signer)
        if not image:
            raise request.not_found()
        content_type = ("Content-Type", guess_mimetype(image))
        return self._secured(request.make_response(image, [content_type]))

    # ------------------------------------------------------------- portal
    @http.route("/my/signature", type="http", auth="user", website=True, methods=["GET"])
    def my_signature(self):
        saved = _saved_images()._of(request.env.user)
        return request.render(
            "odoo_esign.portal_my_signature", {"saved": saved, "page_name": "esign_signature"}
        )

    @http.route("/my/signature/delete", type="http", auth="user", website=True, methods=["POST"])
    def delete_signature(self, kind=None, **_rest):
        saved = _saved_images()._of(request.env.user)
        saved.filtered(lambda record: record.kind == kind).unlink()
        return request.redirect("/my/signature", code=303)


def _portrait(signer):
    """Return the picture of the responsible user, or None; Odoo draws letters for those without."""
    partner = signer.envelope_id.user_id.sudo().partner_id
    image = base64.b64decode(partner.image_128 or b"")
    return image if guess_mimetype(image) in PORTRAITS else None
