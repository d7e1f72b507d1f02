import hashlib
import json
import textwrap

from odoo import api, fields, models
from odoo.tools import SQL

from ..evidence import canonical

PREVIEW = 120


class EsignConsent(models.Model):
    """A version of a company's consent text, in all its languages. Versions are only ever added.

    Number 1 is the module's own text; it is kept when a company first writes another one.
    """

    _name = "esign.consent"
    _description = "Version of the Consent Text"
    _inherit = ["esign.append.only"]
    _order = "company_id, number desc"
    _rec_name = "number"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="restrict")
    number = fields.Integer("Version", required=True)
    texts = fields.Json(help="By language; empty means the module's own text")
    sha256 = fields.Char("SHA-256", required=True, help="Of the texts in canonical JSON")
    user_id = fields.Many2one("res.users", "Written by", ondelete="restrict")
    date = fields.Datetime("Since", required=True)
    text = fields.Text(compute="_compute_text")
    preview = fields.Char(compute="_compute_text")

    _number_uniq = models.Constraint(
        "UNIQUE(company_id, number)", "Each version has a number of its own."
    )

    @api.depends_context("lang")
    def _compute_text(self):
        for version in self:
            texts = version.texts or {}
            own = texts.get(self.env.lang) or texts.get("en_US")
            version.text = own or version.company_id._esign_default_consent()
            version.preview = textwrap.shorten(version.text, PREVIEW, placeholder="…")

    @api.model
    def _newest(self, company):
        return self.sudo().search([("company_id", "=", company.id)], limit=1)

    @api.model
    def _append(self, company, texts):
        """Keep what the texts are now as the next version, unless that is what the last one says.

        Only what was written counts: a text that is empty is the module's own.
        """
        newest = self._newest(company)
        known = newest.texts or {} if newest else {}
        if {k: v for k, v in known.items() if v} == {k: v for k, v in texts.items() if v}:
            return newest
        if not newest:
            self._insert(company, 1, dict.fromkeys(texts, ""))
        self._insert(company, newest.number + 1 if newest else 2, texts)
        return self._newest(company)

    @api.model
    def _insert(self, company, number, texts):
        content = canonical.dumps(texts)
        self.env.cr.execute(
            SQL(
                """INSERT INTO esign_consent (company_id, number, texts, sha256, user_id, date)
                    VALUES (%s, %s, %s, %s, %s, %s)""",
                company.id,
                number,
                json.dumps(texts),
                hashlib.sha256(content).hexdigest(),
                self.env.uid,
                fields.Datetime.now(),
            )
        )
        self.invalidate_model()


class ResCompany(models.Model):
    _inherit = "res.company"

    # kept here so that nobody has to look for the newest at every signature
    esign_consent_number = fields.Integer("Version of the consent text", default=1, readonly=True)

    def write(self, vals):
        result = super().write(vals)
        if "esign_consent_text" in vals:
            self._esign_keep_consent()
        return result

    def _update_field_translations(self, field_name, *args, **kwargs):
        result = super()._update_field_translations(field_name, *args, **kwargs)
        if field_name == "esign_consent_text":
            self._esign_keep_consent()
        return result

    def _esign_keep_consent(self):
        """An edited text is a new version, in whatever language it was edited."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for company in self.sudo():
            company.flush_recordset(["esign_consent_text"])
            texts = {
                lang: (company.with_context(lang=lang).esign_consent_text or "").strip()
                for lang in languages
            }
            newest = self.env["esign.consent"]._append(company, texts)
            if newest and company.esign_consent_number != newest.number:
                company.esign_consent_number = newest.number

    def _esign_consent(self):
        return {**super()._esign_consent(), "number": self.esign_consent_number}

    def _esign_default_consent(self):
        """Return the module's own text.

        It says what the laws ask to be said: ESIGN and UETA (what is agreed to, paper, withdrawing,
        what one needs, copies), eIDAS (what kind of signature it is), and 63-FZ (both sides take it
        for one by hand; the key is kept secret; who is taken for the signatory).
        """
        _ = self.env._
        return "\n\n".join(
            (
                _(
                    "You and %s agree that this document is read, signed and kept electronically, "
                    "and that your electronic signature counts the same between you as a "
                    "handwritten one on paper.",
                    self.name or _("the sender"),
                ),
                _(
                    "You don't have to sign this way. Until you press the button, you can still "
                    "say no: decline, or ask the sender to let you sign on paper. Your consent "
                    "covers this document only, and costs you nothing."
                ),
                _(
                    "It is a simple electronic signature with technical evidence; if you enter a "
                    "code, it may count as an advanced one. It is not a qualified electronic "
                    "signature, and it does not replace a notary or any form required by law."
                ),
                _(
                    "Your link and your codes identify you: keep them to yourself. Anyone who "
                    "signs with them is taken to be you. If someone else has them, tell the sender "
                    "at once."
                ),
                _(
                    "You need an up-to-date browser, a program that opens PDF files, and the email "
                    "address or phone at which you were asked. You get the signed document to "
                    "keep; for a paper copy, or if your address changes, contact the sender."
                ),
                _(
                    "As evidence, we keep the document, your name and contact details, the time, "
                    "your IP address and browser, and what you entered."
                ),
            )
        )

    def action_esign_consent_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of the consent text"),
            "res_model": "esign.consent",
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("company_id", "=", self.id)],
        }


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_esign_consent_versions(self):
        return self.company_id.action_esign_consent_versions()


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    consent_number = fields.Integer("Version of the consent text", readonly=True)

    def _consent_name(self):
        """Return which text was agreed to: its number, and the hash of what was shown."""
        self.ensure_one()
        if not self.consent_number:
            return self.consent_version
        return f"{self.consent_number} ({self.consent_version})"
