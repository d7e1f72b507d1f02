import base64
import dataclasses

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..pades.certificates import facts, fingerprint_words
from ..pades.errors import StampFailed
from ..pades.stamp_facts import is_authority, stamp_facts
from ..pades.stamp_servers import try_server
from .in_words import in_words


class EsignStampServer(models.Model):
    _inherit = "esign.stamp.server"

    last_test = fields.Datetime(readonly=True, copy=False)
    last_ok = fields.Boolean("Last test succeeded", readonly=True, copy=False)
    last_result = fields.Text("Result", readonly=True, copy=False)

    def action_test(self):
        """Get a real time stamp, judge it, and show what it says of itself."""
        self.ensure_one()
        self.check_access("write")
        token, problem = self._try()
        values = {
            "server_id": self.id,
            "is_good": bool(token) and not problem,
            "problem": problem,
            **(self._token_values(stamp_facts(token)) if token else {}),
        }
        # nobody but this method makes one
        test = self.env["esign.stamp.test"].sudo().create(values).sudo(False)
        self.write(
            {
                "last_test": fields.Datetime.now(),
                "last_ok": test.is_good,
                "last_result": problem or test.stamp_facts,
            }
        )
        return test._get_action()

    def _try(self):
        """Return the token that came, and what is wrong with it; either may be None."""
        server = self._as_server()
        try:
            return try_server(server), None
        except StampFailed as error:
            problem = in_words(self.env, error.sentence)
            if error.code != "untrusted":
                return None, problem
        if not server.roots:
            problem = self.env._(
                "It returns a valid time stamp, but nothing vouches for it here yet: no root "
                "certificate is trusted for this server."
            )
        try:
            # whose it is shows only in the answer of one that is not trusted
            return try_server(dataclasses.replace(server, roots=None)), problem
        except StampFailed as error:
            return None, in_words(self.env, error.sentence)

    def _token_values(self, found):
        _ = self.env._
        accuracy = _("not stated") if found.accuracy is None else _("%s s", f"{found.accuracy:g}")
        said = [
            (_("Host"), self._host()),
            (_("Time"), self._moment(found.time)),
            (_("Policy"), found.policy),
            (_("Accuracy"), accuracy),
        ]
        chain = []
        for number, der in enumerate(found.chain):
            known = facts(der)
            chain.append(
                _(
                    "%(number)s. %(subject)s, issued by %(issuer)s, until %(until)s UTC",
                    number=number + 1,
                    subject=known["subject"],
                    issuer=known["issuer"],
                    until=known["until"],
                )
            )
        top = found.top
        trusted = {root._der() for root in self.root_ids.filtered("trusted")}
        return {
            "stamp_facts": "\n".join(f"{label}: {value}" for label, value in said),
            "chain": "\n".join(chain),
            "is_complete": found.is_complete,
            "offered": base64.b64encode(top) if top and top not in trusted else False,
        }

    def _moment(self, moment):
        return format_datetime(self.env, moment.replace(tzinfo=None), dt_format="medium")


class EsignStampTest(models.TransientModel):
    """What a time stamp server answered, and the choice to trust whose answer it was."""

    _name = "esign.stamp.test"
    _description = "Test of a Time Stamp Server"

    server_id = fields.Many2one("esign.stamp.server", required=True, readonly=True)
    is_good = fields.Boolean(readonly=True)
    problem = fields.Text(readonly=True)
    stamp_facts = fields.Text("The time stamp", readonly=True)
    chain = fields.Text("Certificates", readonly=True)
    is_complete = fields.Boolean(readonly=True)
    offered = fields.Binary(readonly=True, attachment=False)
    offered_subject = fields.Char("Certificate", compute="_compute_offered")
    offered_until = fields.Char("Valid until (UTC)", compute="_compute_offered")
    offered_fingerprint = fields.Char("SHA-256 fingerprint", compute="_compute_offered")
    is_compared = fields.Boolean(
        "I have compared this fingerprint with the one that the service publishes"
    )

    @api.depends("offered")
    def _compute_offered(self):
        for test in self:
            der = test._offered_der()
            known = facts(der) if der else {}
            test.offered_subject = known.get("subject")
            test.offered_until = known.get("until")
            test.offered_fingerprint = fingerprint_words(der) if der else False

    def _offered_der(self):
        return base64.b64decode(self.with_context(bin_size=False).offered or b"")

    def action_trust(self):
        """Take over the certificate that came with the answer, and test again."""
        self.ensure_one()
        self.server_id.check_access("write")
        der = self._offered_der()
        if not der or not is_authority(der):
            raise UserError(self.env._("The answer came with no certificate to trust."))
        if not self.is_compared:
            raise UserError(
                self.env._(
                    "Compare the fingerprint with the one the service publishes, then tick the "
                    "box: someone in between could have sent a different certificate."
                )
            )
        self.server_id._add_roots(der)
        return self.server_id.action_test()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test of %s", self.server_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
