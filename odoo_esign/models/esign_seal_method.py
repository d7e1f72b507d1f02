from contextlib import contextmanager
from dataclasses import dataclass

from odoo import models


@dataclass(frozen=True)
class Subject:
    """In whose name a signature is made, and the state of the log it is bound to."""

    name: str
    email: str | None
    evidence: str
    is_company: bool = False


class EsignSealMethod(models.AbstractModel):
    """What a kind of seal has to do: inherit this as ``esign.seal.<code>``.

    Add the code to the selection of ``esign.seal``'s ``code``, and to that model the fields that
    the kind needs. The methods get the seal as a record; what ``_opener`` and ``_gatherer``
    return is called later, without a database, and may use the network there.
    """

    _name = "esign.seal.method"
    _description = "Kind of Seal"

    # whether the certificate itself names the state of the log
    _binds_evidence = False

    def _check(self, seal):
        """Make sure that the seal can sign now.

        :raise UserError: in words for the sender
        """

    def _opener(self, seal, subject):
        """Return a function whose context manager gives a pyHanko Signer.

        It raises PadesError, with ``transient`` set where trying again may help.
        """
        raise NotImplementedError

    def _roots(self, seal):
        """Return the DER certificates that this seal's signatures lead to."""
        raise NotImplementedError

    def _gatherer(self, seal, stamping):
        """Return a function that gives the revocation material for a signed PDF, or None.

        None is right where the built-in authority answers for everything itself.
        """
        return None


class EsignSealBuiltin(models.AbstractModel):
    """The company's own authority: a one-time key and certificate for every signature."""

    _name = "esign.seal.builtin"
    _description = "Seal: Built-in Authority"
    _inherit = "esign.seal.method"

    _binds_evidence = True

    def _opener(self, seal, subject):
        authority = self.env["esign.authority"]._get_for(seal.company_id)
        make = authority._leaf_maker(subject)

        @contextmanager
        def opened():
            yield make()

        return opened

    def _roots(self, seal):
        # the public page asks for them too: nothing is made here
        return self.env["esign.authority"]._all_of(seal.company_id)._roots()
