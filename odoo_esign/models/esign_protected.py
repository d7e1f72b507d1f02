from odoo import api, models
from odoo.exceptions import UserError

from .guard import is_unlocked


class EsignProtected(models.AbstractModel):
    """What was sent stays as it was sent.

    A model that inherits this names the fields that only the module itself writes, and
    those that stay open after sending; everything else is open in draft and closed after.
    """

    _name = "esign.protected"
    _description = "Fields that nobody rewrites after sending"
    _inherit = ["esign.clean.texts"]

    # written by the module alone, in every state
    _esign_own_fields = frozenset()
    # may be written by users after sending too
    _esign_open_fields = frozenset()
    # what ends up on paper and in the heads of mails, with its longest length
    _esign_printed_fields = {}
    # machinery of mail.thread and the like, harmless in every state
    _esign_technical_prefixes = ("message_", "activity_", "website_message_", "my_activity_")

    def _esign_envelopes(self):
        """Return the envelopes whose state decides about these records."""
        raise NotImplementedError

    def _esign_refused_fields(self, names):
        names = {n for n in names if not n.startswith(self._esign_technical_prefixes)}
        own = names & self._esign_own_fields
        if own:
            return own
        if all(envelope.state == "draft" for envelope in self.sudo()._esign_envelopes()):
            return set()
        return names - self._esign_open_fields

    def _esign_check_fields(self, names):
        refused = self._esign_refused_fields(names)
        if refused:
            labels = ", ".join(
                sorted(self._fields[n].string if n in self._fields else n for n in refused)
            )
            raise UserError(
                self.env._(
                    "%(fields)s can't be changed: only the signing process can write to it. To "
                    "change what was sent, cancel the envelope and send a new one.",
                    fields=labels,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not is_unlocked(self.env):
            for vals in vals_list:
                own = {
                    name
                    for name in self._esign_own_fields & vals.keys()
                    if vals[name] not in (False, None, self._esign_neutral_value(name))
                }
                if own:
                    self._esign_check_fields(own)
        records = super().create(vals_list)
        if not is_unlocked(self.env):
            records._esign_check_new()
        return records

    def _esign_neutral_value(self, name):
        """A form sends the defaults of read-only fields back; those are no forgery."""
        default = self._fields[name].default
        return default(self) if default else False

    @api.model
    def default_get(self, fields):
        """Neither the context nor a default that a user has set says what the module writes."""
        own = self._esign_own_fields.intersection(fields)
        values = super().default_get([name for name in fields if name not in own])
        return values | {
            name: self._esign_neutral_value(name) for name in own if self._fields[name].default
        }

    def _esign_check_new(self):
        """Nothing is added to an envelope that was sent."""
        if any(envelope.state != "draft" for envelope in self.sudo()._esign_envelopes()):
            raise UserError(
                self.env._("The envelope has been sent; nothing more can be added to it.")
            )

    def write(self, vals):
        if is_unlocked(self.env):
            return super().write(vals)
        self.check_access("write")
        self._esign_check_fields(set(vals))
        result = super().write(vals)
        # what was moved to another envelope is judged by that one too, and by its rules
        self._esign_check_fields(set(vals))
        if any(self._fields[name].type == "many2one" for name in vals if name in self._fields):
            self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for envelope in self.sudo()._esign_envelopes():
            if envelope.state == "draft":
                continue
            if envelope._is_cancellable():
                raise UserError(
                    self.env._(
                        "“%(name)s” has been sent and can't be deleted: its log is evidence. "
                        "It can be cancelled instead.",
                        name=envelope.name,
                    )
                )
            raise UserError(
                self.env._(
                    "“%s” can't be deleted: it was sent, and its log is evidence.", envelope.name
                )
            )
