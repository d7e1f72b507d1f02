from odoo import api, fields, models

from .esign_signer_links import SPARE

# what is said to whoever comes with an old link; anything else is said behind a good one
ENDS = ("cancelled", "declined", "expired", "released")


class EsignDeadLink(models.Model):
    """A link that opens nothing any more; kept to tell whoever follows it what has become of it.

    Only its hash is kept, as that of a good one. Without this, somebody whom the sender does not
    wait for any more would be sent to look for a newer mail, which there is not.
    """

    _name = "esign.dead.link"
    _description = "Link That Is Over"
    _log_access = False

    signer_id = fields.Many2one("esign.signer", required=True, index=True, ondelete="cascade")
    token_sha256 = fields.Char(required=True, index=True)
    handed_on = fields.Boolean(help="It belonged to the person who was asked before")
    passed_on = fields.Boolean(help="That person has asked somebody else, not the sender")

    @api.model
    def _find(self, token):
        """Return the link that this once was; an empty recordset for anything else."""
        digest = self.env["esign.signer"]._digest_of_link(token)
        if not digest:
            return self.browse()
        return self.search([("token_sha256", "=", digest)], limit=1, order="id desc")

    def _why(self):
        """Return the code of what has become of it: of the person who had it, not of another."""
        self.ensure_one()
        if self.handed_on:
            return "passed_on" if self.passed_on else "handed_on"
        obstacle = self.signer_id._obstacle()
        return obstacle if obstacle in ENDS else "revoked"


class EsignSigner(models.Model):
    _inherit = "esign.signer"

    def write(self, vals):
        if "token_sha256" not in vals:
            return super().write(vals)
        before = {signer.id: signer.sudo()._link_hashes() for signer in self}
        result = super().write(vals)
        gone = [
            {"signer_id": signer.id, "token_sha256": digest}
            for signer in self
            for digest in before[signer.id] - signer.sudo()._link_hashes()
        ]
        if gone:
            self.env["esign.dead.link"].sudo().create(gone)
        return result

    def _link_hashes(self):
        return {self[name] for name in ("token_sha256", *SPARE)} - {False}

    def _hand_on_links(self):
        """Somebody else stands here from now on: the links of before were another person's."""
        links = self.env["esign.dead.link"].sudo()
        links = links.search([("signer_id", "in", self.ids), ("handed_on", "=", False)])
        for link in links:
            link.write({"handed_on": True, "passed_on": bool(link.signer_id._handed_on_by())})

    def _dead_link_of(self, cookie):
        """Return the link by which a visitor had come, if that opens nothing any more."""
        self.ensure_one()
        links = self.env["esign.dead.link"].sudo()
        link, _until = self._cookie_content(cookie)
        if not link or link[0] != self.id:
            return links.browse()
        links = links.search([("signer_id", "=", self.id)], order="id desc")
        return links.filtered(lambda dead: dead.token_sha256.startswith(str(link[1])))[:1]

    def _why_shut(self, cookie):
        """Return why this visitor's cookie opens nothing (any more), and whether it once did.

        The code is ``unknown`` of who has none: a stranger, or somebody who has logged out since.
        """
        dead = self._dead_link_of(cookie)
        if dead:
            return dead._why(), True
        was_good = self._is_session_over(cookie)
        obstacle = self._obstacle()
        if obstacle in ENDS:
            return obstacle, was_good
        return ("session_over", True) if was_good else ("unknown", False)
