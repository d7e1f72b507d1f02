from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class EsignIdentification(models.AbstractModel):
    """How a participant shows who it is: inherit this as ``esign.identification.<code>``.

    Add the code to the selections of ``esign.signer``'s ``identification`` and
    ``second_identification``. A method is either a *door*, passed by coming (the link, the
    login), or asks for a code on a page of its own.
    """

    _name = "esign.identification"
    _description = "Way to Identify a Participant"

    # whether a code has to be entered, and whether that code is made and sent by us
    _asks = True
    _sends = True

    def _check(self, signer):
        """Make sure that this participant can be identified so.

        :raise UserError: in words for the sender
        """

    def _address(self, signer):
        """Return where codes go; '' where nothing is sent."""
        return ""

    def _shown_address(self, signer):
        """Return the address so that its owner knows it and a stranger doesn't learn it."""
        return ""

    def _send(self, signer, code):
        """Hand the code over for sending.

        :raise UserError: in plain words, if it could not be handed over
        """
        raise NotImplementedError

    def _hint(self, signer):
        """Return the sentence over the entry field, in the participant's language."""
        raise NotImplementedError


class IdentificationLink(models.AbstractModel):
    _name = "esign.identification.link"
    _description = "Identification: Link by Email"
    _inherit = "esign.identification"

    _asks = False


class IdentificationLogin(models.AbstractModel):
    _name = "esign.identification.login"
    _description = "Identification: Odoo Login"
    _inherit = "esign.identification"

    _asks = False

    def _check(self, signer):
        users = signer.user_id or signer.partner_id.sudo().user_ids
        if not users:
            raise UserError(
                self.env._("%s has no Odoo login, but is required to log in.", signer.name)
            )
        if not any(signer._is_login_of(user) for user in users):
            raise UserError(
                self.env._(
                    "%(name)s is required to log in, but is asked at %(address)s, which is not "
                    "the address of the contact with the login. Please correct one of them.",
                    name=signer.name,
                    address=signer.email,
                )
            )


class IdentificationMailCode(models.AbstractModel):
    _name = "esign.identification.mail_code"
    _description = "Identification: Code by Email"
    _inherit = "esign.identification"

    def _check(self, signer):
        if not self._address(signer):
            raise UserError(
                self.env._("%s has no valid email address: add one first.", signer.name)
            )

    def _address(self, signer):
        return email_normalize(signer.email or "") or ""

    def _shown_address(self, signer):
        return signer._masked_email()

    def _send(self, signer, code):
        signer._send_private_mail("odoo_esign.mail_template_code", esign_code=code)

    def _hint(self, signer):
        return signer.env._("Enter the code that was sent to %s.", self._shown_address(signer))


class IdentificationSmsCode(models.AbstractModel):
    """A code by Odoo's SMS, hence by any provider that is installed there."""

    _name = "esign.identification.sms_code"
    _description = "Identification: Code by SMS"
    _inherit = "esign.identification"

    def _check(self, signer):
        if not self._address(signer):
            raise UserError(
                self.env._(
                    "%s has no valid phone number for the code: add one with its country code.",
                    signer.name,
                )
            )

    def _address(self, signer):
        return signer._phone_number()

    def _shown_address(self, signer):
        return signer._masked_phone()

    def _send(self, signer, code):
        signer._send_private_sms("odoo_esign.sms_template_code", esign_code=code)

    def _hint(self, signer):
        number = self._shown_address(signer).replace(" ", "\u00a0")  # on one line
        return signer.env._("Enter the code that was sent to %s.", number)


class IdentificationAccessCode(models.AbstractModel):
    """A code that sender and participant have agreed on by other means."""

    _name = "esign.identification.access_code"
    _description = "Identification: Access Code"
    _inherit = "esign.identification"

    _sends = False

    def _check(self, signer):
        if not signer.sudo().access_code_digest:
            raise UserError(
                self.env._("Enter the access code you agreed on with %s.", signer.name)
            )

    def _hint(self, signer):
        return signer.env._(
            "Enter the access code you received from %s.",
            signer.envelope_id.user_id.sudo().name,
        )


class EsignSigner(models.Model):
    _inherit = "esign.signer"

    @api.model
    def _identification_method(self, code):
        return self.env[f"esign.identification.{code}"]

    def _identification_codes(self):
        """Return the codes of all methods that this participant is identified by."""
        self.ensure_one()
        codes = [self.identification]
        if self.second_identification and self.second_identification not in codes:
            codes.append(self.second_identification)
        return codes

    @api.model
    def _identification_labels(self):
        """Return the labels of all methods by code, also of those that other add-ons bring."""
        fields_ = (self._fields[name] for name in ("identification", "second_identification"))
        return {
            code: label
            for field in fields_
            for code, label in field._description_selection(self.env)
        }

    def _asked_for(self):
        """Return the codes of those methods that ask for a code."""
        return [
            code for code in self._identification_codes() if self._identification_method(code)._asks
        ]

    def _is_login_of(self, user):
        """Tell whether this login shows that the visitor is this participant.

        Who has no user of ours logs in to the portal, as the contact that was invited and at
        the address that the invitation went to.
        """
        self.ensure_one()
        return user == self.user_id if self.user_id else self._is_contact_of(user)

    def _is_contact_of(self, user):
        """Tell whether ``user`` is the contact that was invited, at the invited address."""
        partner = user.partner_id.sudo()
        if user._is_public() or partner != self.partner_id:
            return False
        return email_normalize(self.email or "") == partner.email_normalized
