"""What docs/integrators.md promises to other add-ons: records, their parts, ways to identify."""

from odoo import fields, models
from odoo.fields import Command
from odoo.tests import tagged

from .common import NETWORK, EsignCase
from .registry import AddModels

SESSION = "a-session-of-the-browser-12345"


class Contract(models.Model):
    _module = None
    _name = "esign.test.contract"
    _description = "Contract"
    _inherit = ["esign.mixin"]

    name = fields.Char()
    partner_id = fields.Many2one("res.partner")
    is_active = fields.Boolean()
    clause_ids = fields.One2many("esign.test.clause", "contract_id")

    def _esign_report(self):
        return self.env.ref("web.action_report_externalpreview")

    def _esign_get_signers(self):
        return [{"partner_id": self.partner_id.id, "second_identification": "pigeon"}]

    def _esign_terms(self):
        return {"clauses": self.clause_ids.mapped("name")}

    def _esign_on_completed(self, envelope):
        self.sudo().is_active = True  # its users may do nothing else with it


class Clause(models.Model):
    _module = None
    _name = "esign.test.clause"
    _description = "Clause of a Contract"
    _inherit = ["esign.part.mixin"]

    _esign_record_field = "contract_id"

    contract_id = fields.Many2one("esign.test.contract")
    name = fields.Char()


class SignerByPigeon(models.Model):
    _module = None
    _name = "esign.signer"
    _inherit = ["esign.signer"]

    second_identification = fields.Selection(
        selection_add=[("pigeon", "Code by pigeon")], ondelete={"pigeon": "set null"}
    )


class IdentificationPigeon(models.AbstractModel):
    _module = None
    _name = "esign.identification.pigeon"
    _description = "Identification: Code by Pigeon"
    _inherit = "esign.identification"

    def _address(self, signer):
        return signer.partner_id.street or ""

    def _shown_address(self, signer):
        return "a roof"

    def _send(self, signer, code):
        signer.partner_id.comment = code

    def _hint(self, signer):
        return "Enter what the pigeon brought."


@tagged("post_install", "-at_install")
class TestOtherAddOn(AddModels, EsignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.add_models(Contract, Clause, SignerByPigeon, IdentificationPigeon)

    def setUp(self):
        super().setUp()
        self.contract = self.env["esign.test.contract"].create(
            {
                "name": "Lease",
                "partner_id": self.customer.id,
                "clause_ids": [Command.create({"name": "No dogs"})],
            }
        )

    def send_contract(self):
        """Send the record as its button does, with a PDF in the place of the report."""
        values = self.contract._esign_prepare_envelope()
        self.assertEqual(values["company_id"], self.env.company.id, "it has none of its own")
        envelope = self.make_envelope([values["signer_ids"][0][2]])
        envelope.write({"res_model": self.contract._name, "res_id": self.contract.id})
        return self.send(envelope)

    def test_record_and_its_parts(self):
        envelope = self.send_contract()
        self.contract.clause_ids.name = "Two dogs"
        self.env.cr.precommit.run()
        self.run_jobs()
        self.assertTrue(envelope.terms_differ)
        self.assertEqual(self.contract.esign_state, "sent")
        self.assertTrue(self.contract.esign_is_open)
        self.assertEqual(self.found("=", True), self.contract)
        self.assertNotIn(self.contract, self.found("=", False))
        self.contract.clause_ids.name = "No dogs"
        self.env.cr.precommit.run()
        self.run_jobs()
        self.assertFalse(envelope.terms_differ)
        self.sign_all(envelope)
        self.assertTrue(self.contract.is_active)
        self.assertFalse(self.contract.esign_is_open)
        self.assertFalse(self.found("=", True))
        self.assertIn(self.contract, self.found("!=", True))
        self.assertIn(self.contract, self.found("in", [True, False]))

    def found(self, operator, value):
        return self.contract.search([("esign_is_open", operator, value)])

    def test_another_way_to_identify(self):
        envelope = self.send_contract()
        signer = envelope.signer_ids
        self.assertEqual(signer._missing_proofs(SESSION), ["pigeon"])
        code = self.env["esign.code"].create(
            {"signer_id": signer.id, "method": "pigeon", "session_sha256": "0" * 64}
        )
        self.env["esign.job"]._enqueue("code", envelope, signer=signer, turn=code.id)
        self.run_jobs()
        self.assertRegex(str(self.customer.comment), r"\d{6}")
        self.sign(signer, network={**NETWORK, "identification": "link+pigeon"})
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        # told by its name where it has no words of its own
        self.assertIn("Code by pigeon", signer.signature_ids._identified_words())
        line = envelope.event_ids.filtered(lambda e: e.code == "signed")
        self.assertEqual(line._method_words(line._facts()).split(", ")[1], "Code by pigeon")
        texts = self.env["esign.verification"]._identification_text("link+pigeon")
        self.assertIn("Code by pigeon", texts)
        dialog = self.env["esign.signer.change"].fields_get(["second_identification"])
        self.assertIn(("pigeon", "Code by pigeon"), dialog["second_identification"]["selection"])
