"""Whole signing flows for the tests, all signatures with a time stamp of the built-in stamper."""

import samples
from pades import authority, fields, finalise, seal, signer

NAMES = ['Łukasz Żółć', 'Иван Петров', 'Ελένη', 'Zoë Ng', 'Jürgen Groß']


def signer_of(ca, name='Łukasz Żółć', **options):
    """Return a signer with a one-time key, certified by a company's authority."""
    leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name=name, **options)
    return signer.KeptKeySigner.from_leaf(leaf, [ca.issuing_cert, ca.root_cert])


def sign_long_term(pdf, make_signer, stamper, order=(1, 2), unused=(), evidence=None):
    """Return the Sealed of the company, of each signer in order, and of the closing signature.

    `evidence(sealed, index)` gives the state of the log for the next certificate.
    """
    people = sorted({*order, *unused})
    specs = {number: samples.signer_fields(number, 20 + 110 * number) for number in people}
    frozen = fields.freeze(pdf, list(specs.values()))
    state = evidence or (lambda _sealed: None)
    sealed = []
    company = make_signer('Müster GmbH', evidence=state(sealed))
    sealed.append(seal.certify(frozen, company, timestamper=stamper))
    for number in order:
        name = NAMES[number - 1]
        sealed.append(
            seal.approve(
                sealed[-1].pdf,
                make_signer(name, evidence=state(sealed)),
                field=f'sign{number}',
                values=samples.values(number, name),
                stamp=samples.stamp(name),
                timestamper=stamper,
            )
        )
    if unused:
        names = [
            name
            for number in unused
            for name in (f'sign{number}', *(spec.name for spec in specs[number].fields))
        ]
        company = make_signer('Müster GmbH', evidence=state(sealed))
        sealed.append(
            seal.close_unused(sealed[-1].pdf, company, names=names, timestamper=stamper)
        )
    return sealed


def finalised(sealed, ca, stamper, **options):
    return finalise.finalise(sealed[-1].pdf, authorities=[ca], stamper=stamper, **options)
