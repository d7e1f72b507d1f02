import secrets

from odoo import api, fields, models

from .guard import unlocked

SPARE = ("next_token_sha256", "previous_token_sha256")


class EsignSigner(models.Model):
    """The link in a reminder is a new one, since nobody knows the old one any more.

    The one before stays good beside it: whoever has the page open goes on, and both mails lie in
    the same mailbox. What ends a link (a correction, a link sent again by hand, the envelope's
    end) ends all of them.
    """

    _inherit = "esign.signer"

    next_token_sha256 = fields.Char(groups=fields.NO_ACCESS, copy=False, index="btree_not_null")
    previous_token_sha256 = fields.Char(
        groups=fields.NO_ACCESS, copy=False, index="btree_not_null"
    )

    def write(self, vals):
        if "token_sha256" in vals:
            vals = {**dict.fromkeys(SPARE, False), **vals}
        return super().write(vals)

    def _offer_link(self):
        """Make one more link; it replaces none until the message with it is out."""
        self.ensure_one()
        token = secrets.token_urlsafe(32)
        unlocked(self).write({"next_token_sha256": self._digest(token)})
        return token

    def _keep_offered_link(self):
        """The message is out: its link is the participant's now, the one before stays beside it."""
        self.ensure_one()
        if self.next_token_sha256 and self.token_sha256:
            unlocked(self).write(
                {
                    "token_sha256": self.next_token_sha256,
                    "previous_token_sha256": self.token_sha256,
                    "next_token_sha256": False,
                }
            )

    @api.model
    def _find_by_token(self, token):
        found = super()._find_by_token(token)
        digest = self._digest_of_link(token)
        if found or not digest:
            return found
        spare = fields.Domain.OR([(name, "=", digest)] for name in SPARE)
        # without a link of its own there are no spare ones either
        return self.sudo().search(spare & fields.Domain("token_sha256", "!=", False), limit=1)
