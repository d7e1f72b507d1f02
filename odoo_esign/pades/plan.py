"""All that signing needs, gathered beforehand: whoever signs has no database at hand any more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper

from .authority import Authority
from .revocation import Material


@dataclass(frozen=True)
class SealPlan:
    """How one person's or the company's signatures are made, stamped and judged.

    `open()` returns a context manager that gives a pyHanko Signer; it may use the network, and
    raises PadesError. `authorities` are the built-in ones whose certificates and stamps may be in
    the PDF. `roots` are the DER certificates that signatures have to lead to, `stamp_roots`
    further ones for time stamps alone. `gather(pdf)` returns the revocation material of outside
    certificates in a signed PDF; it may use the network. `evidence` is the log's state, `contact`
    the same where the certificate can't carry it: it goes into the signature's /ContactInfo.
    """

    open: Callable[[], AbstractContextManager[Signer]]
    stamper: TimeStamper = field(repr=False)
    authorities: tuple[Authority, ...] = field(default=(), repr=False)
    roots: tuple[bytes, ...] = field(default=(), repr=False)
    stamp_roots: tuple[bytes, ...] = field(default=(), repr=False)
    gather: Callable[[bytes], Material] | None = None
    evidence: str = ''
    contact: str | None = None

    @property
    def stamped_by(self) -> str:
        """The host that gave the last time stamp, '' for the built-in stamper."""
        return getattr(self.stamper, 'used', None) or ''

    def material(self, pdf: bytes) -> Material:
        """Return what is to be known of outside certificates; raises PadesError."""
        return self.gather(pdf) if self.gather else Material()
