from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from odoo import models
from odoo.exceptions import UserError

from ..pades.errors import SealRefused
from ..pades.seals.check import Checked, check_time, load
from ..pades.seals.gather import gather


@dataclass(frozen=True)
class Subject:
    """In whose name a signature is made, and the state of the log it is bound to."""

    name: str
    email: str | None
    evidence: str
    is_company: bool = False


def opening(make):
    """Return a function whose context manager gives what ``make`` does, with nothing to close."""

    @contextmanager
    def opened():
        yield make()

    return opened


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
    # fields of the seal that have to be filled before it is used, and all that this kind needs
    _required = ()
    _settings = ()
    # whether looking at the key needs nothing but what the database holds
    _is_local = False

    def _check(self, seal):
        """Make sure that the seal can sign now.

        :raise UserError: in words for the sender
        """

    def _inspect(self, seal):
        """Look at key and certificate; return them as ``Checked``, or None where there are none.

        Called when somebody saves, enables or tests the seal; may use the network.

        :raise UserError: in words for the administrator
        :raise PadesError: the same by code
        """
        return None

    def _try_again(self, seal):
        """Forget that a PIN or password was refused before: somebody asks for it."""

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
        if not stamping.external:
            return None
        return _gatherer(self.env, seal, self._roots(seal), stamping)


class EsignSealOutside(models.AbstractModel):
    """What kinds have in common whose certificate comes from an outside authority.

    They give ``_inspect`` and ``_opener``; what the first returns is kept on the seal.
    """

    _name = "esign.seal.outside"
    _description = "Kind of Seal: Certificate of an Outside Authority"
    _inherit = "esign.seal.method"

    def _check(self, seal):
        seal._check_filled()
        ders = seal._certificates()
        if not ders:
            raise UserError(
                self.env._("The seal “%s” has to be tested and enabled first.", seal.name)
            )
        _check_times(seal, ders)

    def _roots(self, seal):
        return seal._all_roots()

    def _gatherer(self, seal, stamping):
        return _gatherer(self.env, seal, self._roots(seal), stamping)


def _check_times(seal, ders):
    try:
        for der in ders:
            check_time(load(der))
    except SealRefused as refusal:
        raise UserError(seal._refusal_words(refusal)) from refusal


def _gatherer(env, seal, roots, stamping):
    """Return a function that asks the authorities of a PDF's certificates about them."""
    authorities = tuple(env["esign.authority"]._all_of(seal.company_id)._with_keys())
    return partial(
        gather, roots=tuple(roots), stamp_roots=tuple(stamping.roots), authorities=authorities
    )


class EsignSealBuiltin(models.AbstractModel):
    """The company's own authority: a one-time key and certificate for every signature."""

    _name = "esign.seal.builtin"
    _description = "Seal: Built-in Authority"
    _inherit = "esign.seal.method"

    _binds_evidence = True

    def _check(self, seal):
        authority = self.env["esign.authority"]._all_of(seal.company_id)[:1]
        if authority:
            _check_times(seal, [authority._certificate("issuing")])

    def _inspect(self, seal):
        authority = self.env["esign.authority"]._all_of(seal.company_id)[:1]
        if not authority:
            return None
        return Checked(authority._certificate("issuing"), (authority._certificate("root"),))

    def _opener(self, seal, subject):
        authority = self.env["esign.authority"]._in_use_for(seal.company_id)
        return opening(authority._leaf_maker(subject))

    def _roots(self, seal):
        # the public page asks for them too: nothing is made here
        return self.env["esign.authority"]._all_of(seal.company_id)._roots()
