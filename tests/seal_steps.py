"""What the tests of every kind of seal do with it: sign, stamp, finalise, read back."""

import samples
from pades import fields, finalise, seal, stamper, validate
from pades.seals import gather


def signed(signer, stamps):
    """Certified and approved: both signatures are the seal's."""
    frozen = fields.freeze(samples.pdf(), [samples.signer_fields(1)])
    certified = seal.certify(frozen, signer, timestamper=stamps)
    return seal.approve(
        certified.pdf, signer, field='sign1', values=samples.values(1, 'Zoë'),
        stamp=samples.stamp('Zoë'), timestamper=stamps,
    )  # fmt: skip


def finalised(signer, outside, ca):
    """Return the PDF for the long term, of an outside seal with the built-in stamper."""
    ours = stamper.LocalStamper.of(ca)
    last = signed(signer, ours)
    found = gather.gather(
        last.pdf, roots=[outside.root], stamp_roots=[ca.root_cert], authorities=[ca]
    )
    return finalise.finalise(last.pdf, authorities=[ca], stamper=ours, extra=found).pdf


def problems_of(pdf, outside, ca, moment=None):
    """Return what is wrong with a PDF that was `finalised`."""
    return validate.check_sealed(
        pdf, roots=[outside.root], stamp_roots=[ca.root_cert], level='B-LTA',
        expected_fields=['company', 'sign1', 'archive_1'], moment=moment,
    )  # fmt: skip
