import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..pades.appearance import normalise_text
from .printable import why_unprintable

KINDS = [
    ("signature", "Signature"),
    ("initials", "Initials"),
    ("name", "Name"),
    ("date", "Date"),
    ("text", "Text"),
    ("multiline", "Text of several lines"),
    ("number", "Number"),
    ("checkbox", "Checkbox"),
    ("radio", "Radio button"),
    ("selection", "Selection"),
    ("stamp", "Stamp"),
    ("strikethrough", "Strike-through"),
]
IMAGE_KINDS = ("signature", "initials", "stamp")
TICK_KINDS = ("checkbox", "radio", "strikethrough")
# filled by the server from who signed and when; the page can't set them
SERVER_KINDS = ("name", "date")
MAX_TEXT = 2000
# as static/src/signing/signing_form.js has it
NUMBER = re.compile(
    r"[+-]?(\d+([.,]\d*)?|[.,]\d+|\d{1,3}(,\d{3})+(\.\d*)?|\d{1,3}(\.\d{3})+(,\d*)?)"
)


class EsignField(models.Model):
    """A place on a page that a participant fills, in PDF points of the page's user space."""

    _name = "esign.field"
    _description = "Field in a Document"
    _inherit = ["esign.protected"]
    _order = "document_id.id, page, top desc, left, id"

    _esign_own_fields = frozenset({"pdf_name"})

    _esign_printed_fields = {"options": MAX_TEXT}

    document_id = fields.Many2one("esign.document", required=True, index=True, ondelete="cascade")
    signer_id = fields.Many2one("esign.signer", required=True, index=True, ondelete="cascade")
    envelope_id = fields.Many2one(related="document_id.envelope_id", store=True, index=True)
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="text")
    label = fields.Char()
    required = fields.Boolean(default=True)
    page = fields.Integer(help="Counted from 0")
    left = fields.Float(digits=(16, 2))
    bottom = fields.Float(digits=(16, 2))
    right = fields.Float(digits=(16, 2))
    top = fields.Float(digits=(16, 2))
    options = fields.Json(help="What can be chosen, for selections")
    pdf_name = fields.Char("Name in the PDF", readonly=True, copy=False)

    def _esign_envelopes(self):
        return self.document_id.envelope_id

    @api.constrains("left", "right", "bottom", "top", "page")
    def _check_box(self):
        for field in self:
            if field.right <= field.left or field.top <= field.bottom or field.page < 0:
                raise ValidationError(self.env._("A field needs a place on a page."))

    @api.constrains("signer_id", "document_id")
    def _check_same_envelope(self):
        for field in self:
            if field.signer_id.envelope_id != field.document_id.envelope_id:
                raise ValidationError(
                    self.env._("A field must belong to a participant of the same envelope.")
                )

    def _for_page(self):
        """Return the field as the signing page draws it."""
        self.ensure_one()
        preview = {"name": self.signer_id.name, "date": self.signer_id._today()}
        return {
            "id": self.id,
            "document_id": self.document_id.id,
            "kind": self.kind,
            "label": self.label
            or dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            "required": self.required,
            "page": self.page,
            "left": self.left,
            "bottom": self.bottom,
            "right": self.right,
            "top": self.top,
            "value": preview.get(self.kind, ""),
            "options": self.options or [],
            "readonly": self.kind in SERVER_KINDS,
        }

    def _check_values(self, values):
        """Check what the page sent for these fields.

        Which fields exist, whose they are and what they need is decided here, never by the
        browser: unknown keys are ignored.

        :return: (values by field id, error messages by field id)
        """
        good, errors = {}, {}
        for field in self:
            if field.kind in IMAGE_KINDS or field.kind in SERVER_KINDS:
                continue
            value, error = field._check_value(values.get(str(field.id)))
            if error:
                errors[field.id] = error
            else:
                good[field.id] = value
        return good, errors

    def _check_value(self, value):
        _ = self.env._
        if self.kind in TICK_KINDS:
            ticked = value is True
            if self.required and not ticked:
                return None, _("Please tick this.")
            return ticked, None
        if value is None or value == "":
            return ("", None) if not self.required else (None, _("Please fill this in."))
        if not isinstance(value, str):
            return None, _("This can't be read. Please fill it in again.")
        if self.kind != "selection":  # an option is compared as it was written
            value = normalise_text(value)
        value = value.strip()
        if not value and self.required:
            return None, _("Please fill this in.")
        if len(value) > MAX_TEXT:
            return None, _("At most %s characters.", MAX_TEXT)
        if self.kind == "selection" and value not in (self.options or []):
            return None, _("Please choose one from the list.")
        if self.kind == "number" and not _is_number(value):
            return None, _("Please enter a number.")
        problem = why_unprintable(
            self.env, value.replace("\n", " ") if self.kind == "multiline" else value
        )
        return (None, problem) if problem else (value, None)


def _is_number(text):
    """Tell whether people write a number so, somewhere: 1234.5, 1 234,5, 1,234.50, 1.234,50."""
    return bool(NUMBER.fullmatch("".join(text.split())))
