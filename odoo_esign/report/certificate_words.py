"""What the certificate of completion says about a signature, in honest words.

Another way to identify people adds its words by giving its ``esign.identification.<code>`` the
two methods.
"""

from odoo import models


class EsignIdentification(models.AbstractModel):
    _inherit = "esign.identification"

    # whether it shows more than that somebody can read the mails to the address
    _second_factor = False

    def _done_words(self, signature):
        """Return how this person was identified, as a part of an enumeration."""
        code = self._name.rpartition(".")[2]
        return self.env["esign.signer"]._identification_labels().get(code, code)

    def _condition_words(self, signature):
        """Return what whoever signed must have been able to do, after 'anyone who …'."""
        return self.env._("could read the emails sent to this address")


class IdentificationLink(models.AbstractModel):
    _inherit = "esign.identification.link"

    def _done_words(self, signature):
        where = {
            "sms": self.env._("sent by SMS to %s", signature.signer_id._masked_phone()),
            "both": self.env._(
                "sent to %(email)s and by SMS to %(phone)s",
                email=signature.email or "",
                phone=signature.signer_id._masked_phone(),
            ),
        }.get(signature.signer_id.invite_by)
        if where:
            return self.env._("personal link, %s", where)
        return self.env._("personal link, emailed to %s", signature.email or "")

    def _condition_words(self, signature):
        way = signature.signer_id.invite_by
        if way == "sms":
            return self.env._("had the phone with this number")
        if way == "both":
            return self.env._("could read the emails sent to this address or had the phone")
        return super()._condition_words(signature)


class IdentificationLogin(models.AbstractModel):
    _inherit = "esign.identification.login"

    def _done_words(self, signature):
        login = self.env._("login to Odoo as “%s”", signature.user_id.sudo().login or "")
        return " ".join(filter(None, (login, signature._second_factor_words())))

    def _condition_words(self, signature):
        return self.env._(
            "knew this user's password in Odoo, which is run by %s", signature.company_id.name
        )


class IdentificationMailCode(models.AbstractModel):
    _inherit = "esign.identification.mail_code"

    def _done_words(self, _signature):
        return self.env._("code by email")


class IdentificationSmsCode(models.AbstractModel):
    _inherit = "esign.identification.sms_code"

    _second_factor = True

    def _done_words(self, signature):
        return self.env._("code by SMS to %s", self._shown_address(signature.signer_id))

    def _condition_words(self, _signature):
        return self.env._("had the phone with this number")


class IdentificationAccessCode(models.AbstractModel):
    _inherit = "esign.identification.access_code"

    _second_factor = True

    def _done_words(self, _signature):
        return self.env._("agreed access code")

    def _condition_words(self, _signature):
        return self.env._("knew the agreed access code")


class EsignSignature(models.Model):
    _inherit = "esign.signature"

    def _identified_words(self):
        """Return how this person was identified."""
        return ", ".join(way._done_words(self) for way in self._ways())

    def _ways(self):
        """Return the methods by which this person was identified."""
        self.ensure_one()
        codes = self.identification.split("+")
        models_ = (f"esign.identification.{code}" for code in codes)
        return [self.env[name] for name in models_ if name in self.env]

    def _level_key(self):
        """Return what decides about the level: signatures with the same key are told at once."""
        ways = self._ways()
        conditions = dict.fromkeys(way._condition_words(self) for way in ways)
        return any(way._second_factor for way in ways), self.env._(" and ").join(conditions)

    def _level_words(self):
        """Return what these signatures are worth, and what not; they have the same key."""
        _ = self.env._
        second_factor, conditions = self[0]._level_key()
        values = {"names": ", ".join(self.signer_id.mapped("name")), "conditions": conditions}
        if second_factor:
            return _(
                "%(names)s: an electronic signature that may count as an advanced one (eIDAS, Art. "
                "26); its weak point is the requirement of sole control by the signatory. Anyone "
                "who %(conditions)s could sign. No identity document was checked.",
                **values,
            )
        return _(
            "%(names)s: a simple electronic signature (eIDAS, Art. 3(10)). Anyone who "
            "%(conditions)s could sign. No identity document was checked.",
            **values,
        )
