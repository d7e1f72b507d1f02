from odoo import fields, models

from .esign_signer_consent import _client_facts


class ResCompany(models.Model):
    _inherit = "res.company"

    esign_require_reading = fields.Boolean("Require all pages to be viewed")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    esign_require_reading = fields.Boolean(
        related="company_id.esign_require_reading", readonly=False, string="Read all pages first"
    )


class EsignEnvelope(models.Model):
    _inherit = "esign.envelope"

    require_reading = fields.Boolean(
        "Read all pages first",
        default=lambda self: self.env.company.esign_require_reading,
        help="Nobody can sign or approve before every page has been on screen. The log records "
        "which pages were shown in any case.",
    )


class EsignSigner(models.Model):
    """Where the sender wants it, all pages have to be reached before signing."""

    _inherit = "esign.signer"

    def _signing_page(self, csrf_token):
        page = super()._signing_page(csrf_token)
        page["envelope"]["require_reading"] = self.envelope_id.require_reading
        if self.envelope_id.require_reading:
            # seen before a reload, or on another device
            page["seen"] = {number: sorted(seen) for number, seen in self._pages_read().items()}
        return page

    def _check_consent(self, request):
        left = self._pages_left(request) if self.envelope_id.require_reading else 0
        if left:
            message = self.env._("Please look at all pages first: %s left.", left)
            return None, self._failure("invalid", message)
        return super()._check_consent(request)

    def _pages_left(self, request):
        """Return how many pages were not on the screen, as the page reports it and has before."""
        now, before = _client_facts(request)["pages"], self._pages_read()
        left = 0
        for document in self._documents():
            number = str(document.id)
            seen = {*now.get(number, ()), *before.get(number, ())}
            left += len(set(range(len(document.page_geometry or []))) - seen)
        return left
