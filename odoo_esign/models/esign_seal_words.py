from odoo import models

from .in_words import in_words


class EsignSeal(models.Model):
    _inherit = "esign.seal"

    def _refusal_words(self, error):
        """Return what is wrong with a key or certificate and what to do, for the administrator.

        :param PadesError error: its sentence tells the details
        """
        headline = self._refusal_headline(error.code)
        details = in_words(self.env, error.sentence).strip()
        details = details[:1].upper() + details[1:]
        return f"{headline} ({details})" if headline else details

    def _refusal_headline(self, code):
        _ = self.env._
        return {
            "format": _(
                "This file or certificate can't be read. Export the key and its certificate again."
            ),
            "password": _("The password does not open the file. Enter it again."),
            "no_key": _("The private key is missing."),
            "no_certificate": _("The certificate of the key is missing."),
            "expired": _("The certificate has expired. Get a new one and enter it here."),
            "not_yet_valid": _("The certificate is not valid yet."),
            "wrong_usage": _("This certificate is not for signing documents. Get one that is."),
            "key_mismatch": _("The key does not belong to the certificate."),
            "chain": _("The chain of certificates is not complete, or leads somewhere else."),
            "algorithm": _("PDF readers don't accept this kind of key."),
            "revoked": _("The certificate was revoked. Get a new one, and find out why."),
            "no_revocation": _(
                "There is no way to find out whether this certificate was revoked. Get another one."
            ),
            "missing_library": _(
                "A Python package is missing on the server. Ask your server administrator."
            ),
            "module": _("The driver of the token can't be loaded. Ask your server administrator."),
            "token": _("The token does not answer. Is it connected?"),
            "credential": _("The provider does not offer this credential."),
            "credentials": _("The PIN, password or access token is not accepted. Enter it again."),
            "refused": _("The provider refuses to sign."),
            "setting": _("A setting is missing or wrong."),
            "unreachable": _("The service is not responding at the moment. Try again later."),
            "timeout": _("The answer takes too long. Try again later."),
            "http": _("The provider has a problem at the moment. Try again later."),
            "garbage": _("The answer is not from such a service. Check the address."),
            "revocation": _(
                "The certificate's authority does not say whether it is revoked. Try again later."
            ),
            "keystore": _("The master key for stored secrets has changed. Enter them again."),
        }.get(code)

    def _usage_words(self, certificate):
        """Return what a certificate says it is for.

        :param certificate: as asn1crypto has it
        """
        _ = self.env._
        words = {
            "digital_signature": _("digital signature"),
            "non_repudiation": _("non-repudiation"),
            "email_protection": _("mail"),
            "client_auth": _("login"),
            "1.3.6.1.5.5.7.3.36": _("document signing"),
            "microsoft_document_signing": _("document signing (Microsoft)"),
            "adobe_authentic_documents_trust": _("document signing (Adobe)"),
            "any_extended_key_usage": _("anything"),
            "key_cert_sign": _("issuing certificates"),
            "crl_sign": _("lists of revoked certificates"),
        }
        names = []
        for value in (certificate.key_usage_value, certificate.extended_key_usage_value):
            names += sorted(value.native) if value is not None else []
        return ", ".join(words.get(name, name.replace("_", " ")) for name in names)
