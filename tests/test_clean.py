"""200 clean files of varied making stay green, for all who judge them."""

import hashlib
import random
from concurrent.futures import ProcessPoolExecutor

import pytest
import samples
from evidence import verdict
from flows import finalised, signer_of
from pades import authority, fields, renew, seal, stamper, validate

QUICK, COUNT = 16, 200
WORKERS = 2
NAMES = (
    'Łukasz Żółć', 'Иван Петров', 'Ελένη Παπαδοπούλου', 'Nguyễn Thị Ánh', 'Zoë Ng', 'Jürgen Groß',
    'Anna 😀 Novák', 'محمد', 'יוסף כהן (Joe)', '张伟', 'A', 'x' * 120, "O'Brien, Ltd.",
    'Élodie <b>',
)  # fmt: skip
DOCUMENTS = (
    {}, {'pages': 7}, {'rotate': 90}, {'rotate': 180, 'pages': 2}, {'rotate': 270},
    {'outline': True, 'pages': 3}, {'form': True}, {'size': (842, 595)}, {'text': 'Только текст'},
    {'offset': True},
)  # fmt: skip
VALUES = {
    'name': 'Łukasz ế Ж', 'date': '2026-02-29', 'agree': True, 'choice': False,
    'remark': 'Zwei\nZeilen, и ещё одна', 'number': '-0,5 %', 'country': 'DE', 'strike': True,
    'initials': samples.PNG,
}  # fmt: skip


@pytest.fixture(scope='module')
def authorities():
    """An authority, and the one that came after it."""
    return [authority.create_authority('Müster & Söhne 🎉 GmbH', 'DE') for _count in range(2)]


class Maker:
    """Makes one document by the roll of dice."""

    def __init__(self, number, authorities):
        self.dice = random.Random(number)
        self.old, self.new = authorities
        self.names = []

    def signer(self, ca=None):
        return signer_of(
            ca or self.old, self.dice.choice(NAMES),
            email=self.dice.choice((None, 'zoë@exämple.com', 'ж@example.com')),
            evidence=self.dice.choice((None, 'evidence:7:' + 'ab' * 32)),
        )  # fmt: skip

    def make(self):
        people = list(range(1, self.dice.choice((1, 1, 1, 1, 1, 2, 2, 3, 5)) + 1))
        frozen = fields.freeze(
            self.original(), [samples.signer_fields(one, 20 + 110 * one) for one in people]
        )
        signing = self.dice.sample(people, self.dice.randint(1, len(people)))
        stamps = stamper.LocalStamper.of(self.old)
        sealed = [seal.certify(frozen, self.signer(), timestamper=stamps)]
        self.names.append('company')
        for number in signing:
            sealed.append(self.approved(sealed[-1].pdf, number, stamps))
        sealed += self.closed(sealed[-1].pdf, set(people) - set(signing), stamps)
        last = finalised(sealed, self.old, stamps)
        self.names.append('archive_1')
        return last if self.dice.random() > 0.15 else self.renewed(last)

    def original(self):
        options = dict(self.dice.choice(DOCUMENTS))
        if options.pop('offset', False):
            return samples.with_media_box(-100, 50, 495, 892, rotate=self.dice.choice((0, 90)))
        return samples.pdf(**options)

    def approved(self, pdf, number, stamps):
        chosen = self.dice.sample(sorted(VALUES), self.dice.randint(0, len(VALUES)))
        self.names.append(f'sign{number}')
        return seal.approve(
            pdf, self.signer(), field=f'sign{number}', stamp=samples.stamp('Иван'),
            values={f's{number}_{name}': VALUES[name] for name in chosen},
            reason=self.dice.choice((None, 'Ich stimme zu. ✓')), timestamper=stamps,
        )  # fmt: skip

    def closed(self, pdf, unused, stamps):
        if unused:
            names = [name for number in unused for name in names_of(number)]
            self.names.append('company_close')
            yield seal.close_unused(pdf, self.signer(), names=names, timestamper=stamps)

    def renewed(self, last):
        """The stamp was renewed, by the next authority perhaps."""
        ca = self.dice.choice((self.old, self.new))
        self.names.append('archive_2')
        return renew.renew(
            last.pdf, authorities=[self.old, self.new], stamper=stamper.LocalStamper.of(ca)
        )


def names_of(number):
    return [f'sign{number}', *(spec.name for spec in samples.signer_fields(number).fields)]


def judged(number, authorities, font):
    """Return what is wrong with one file: nothing."""
    from pades import appearance

    appearance.set_default_font(font)
    maker = Maker(number, authorities)
    last = maker.make()
    roots = [one.root_cert for one in authorities]
    found = validate.look(last.pdf, roots=roots)
    wrong = [*found.problems, *(p for one in found.signatures for p in one.problems)]
    names = [one.field for one in found.signatures]
    if names != maker.names or {one.level for one in found.signatures} != {'B-LTA', None}:
        wrong.append(f'{names}, not {maker.names}, of another level')
    return [*wrong, *not_green(last, found, roots)]


def not_green(last, found, roots):
    """Return the answers of the verify page that are not green."""
    kept = verdict.Kept(
        state='completed', as_sent='', current=last.sha256, finals={last.sha256},
        certificates={one.field: one.serial for one in found.signatures if not one.is_stamp},
        roots={hashlib.sha256(root).hexdigest() for root in roots}, level='B-LTA',
    )  # fmt: skip
    answers = (
        verdict.about_file(found.problems, found.signatures, kept, 'final'),
        verdict.about_signers(found.signatures, kept, 'final'),
        verdict.about_log(found.signatures, kept, verdict.relation(
            last.sha256, found.signatures, kept
        )),
    )  # fmt: skip
    return [str(answer) for answer in answers if answer.colour != verdict.GREEN]


@pytest.mark.parametrize(
    'numbers',
    [
        pytest.param(range(QUICK), id='some'),
        pytest.param(range(QUICK, COUNT), id='the others', marks=pytest.mark.slow),
    ],
)
def test_clean_files_stay_green(numbers, authorities, font_path):
    with ProcessPoolExecutor(WORKERS) as pool:
        results = list(pool.map(
            judged, numbers, [authorities] * len(numbers), [font_path] * len(numbers), chunksize=10
        ))  # fmt: skip
    assert {n: wrong for n, wrong in zip(numbers, results, strict=True) if wrong} == {}
