"""Packages of documents that came with signatures and time stamps of somebody else."""

import packages
import pytest
import samples
from bygone import NOW, YEAR
from flows import finalised, signer_of
from packages import Envelope, unpacked, verify
from pades import authority, fields, seal, stamper


def approved(pdf, make_signer, stamps, unused=(), evidence=lambda _sealed: None):
    """Sign a PDF without certifying it first, which those that come signed do not allow."""
    frozen = fields.freeze(pdf, [samples.signer_fields(1)])
    return [
        seal.approve(
            frozen, make_signer('Zoë Ng', evidence=evidence([])), field='sign1', values={},
            stamp=samples.stamp(), timestamper=stamps,
        )
    ]  # fmt: skip


def of_others(moment):
    """A PDF with a signature and a document time stamp under a root that nobody here knows."""
    other = authority.create_authority('Others', None)
    theirs = signer_of(other, 'Other')
    stamps = stamper.LocalStamper.of(other, clock=lambda: moment)
    start = fields.freeze(samples.pdf(), [fields.SignerFields('others')], company_field='never')
    sealed = seal.approve(
        start, theirs, field='others', values={}, stamp=samples.stamp(), timestamper=stamps
    )
    return finalised([sealed], other, stamps).pdf


@pytest.mark.parametrize('moment', [NOW, NOW + YEAR])
def test_what_others_signed_before_is_left_to_others(
    moment, ca, make_signer, tmp_path, monkeypatch
):
    """Even where their clock is a year ahead: nothing of it is trusted here, nor called wrong."""
    monkeypatch.setattr(packages, 'sign_long_term', approved)
    envelope = Envelope(ca, make_signer, originals=[of_others(moment)])
    status, output = verify(unpacked(envelope.package(), tmp_path))
    assert status == 0, output
    assert 'note   looks like 2 more signature(s): of others' in output
    assert output.count('ok     signed by Zoë Ng; the log agrees') == 1
