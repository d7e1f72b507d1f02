"""A freshly signed document with all that belongs to it, and the hands that change it."""

import dataclasses
import hashlib
import io
import re

import samples
from evidence import verdict
from pades import validate
from pades.kept import judge_kept
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from revisions import update
from test_package import Envelope, serial_of

SAID, MEANT = 'We pay 1.000 euros', 'We pay 1.000.000 euros'
SIGNED = ('company', 'sign1', 'sign2', 'company_close')


def stream(data, **entries):
    names = {f'/{key}': pdf_name(value) for key, value in entries.items()}
    return generic.StreamObject(dict_data=names, stream_data=data)


def box(*values):
    return generic.ArrayObject(map(generic.FloatObject, values))


def offset_of(pdf, number):
    """Return where the newest of the objects with this number is written."""
    return [match.start(1) for match in re.finditer(rb'[\r\n](%d 0 obj)' % number, pdf)][-1]


def prepared_original():
    """A contract whose first wording lies hidden in it, before anybody signed."""
    original = samples.pdf(2, text=MEANT)

    def reword(writer):
        content = samples.pdf(2, text=SAID)
        reader = IncrementalPdfFileWriter(io.BytesIO(content)).prev
        page = writer.find_page_for_modification(0)[0].get_object()
        shown = page['/Contents']
        new = reader.root['/Pages']['/Kids'][0]['/Contents']
        shown._data, shown._encoded_data = None, new.encoded_data
        shown['/Length'] = generic.NumberObject(len(new.encoded_data))
        writer.update_container(shown)

    return update(original, reword)


class Scene(Envelope):
    """One document, two signers, a third whose fields were closed; finalised, logged."""

    def __init__(self, ca, make_signer):
        super().__init__(ca, make_signer, [prepared_original()], unused=(3,))
        self.steps = self.sealed[0]
        self.last = self.final[0]
        self.pdf = self.last.pdf
        self.kept = verdict.Kept(
            state='completed',
            as_sent=self.steps[0].sha256,
            current=self.last.sha256,
            finals={self.last.sha256},
            earlier={one.sha256 for one in self.steps},
            certificates={
                name: serial_of(one) for name, one in zip(SIGNED, self.steps, strict=True)
            },
            roots={hashlib.sha256(ca.root_cert).hexdigest()},
            level='B-LTA',
        )

    def range_of(self, name):
        """Return the byte range of a signature."""
        names = [*SIGNED, 'archive_1']
        return [*self.steps, self.last][names.index(name)].byte_range

    def look(self, pdf):
        """Return what the file tells by itself: whoever knows the root sees this."""
        return validate.look(
            pdf, roots=[self.ca.root_cert], stamp_roots=(), moment=None, foreign_fields=()
        )

    def answers(self, pdf, findings, kept=None):
        """Return the three answers of the verify page."""
        kept = kept or self.kept
        sha256 = hashlib.sha256(pdf).hexdigest()
        is_ = verdict.relation(sha256, findings.signatures, kept)
        return (
            verdict.about_file(findings.problems, findings.signatures, kept, is_),
            verdict.about_signers(findings.signatures, kept, is_),
            verdict.about_log(findings.signatures, kept, is_),
        )

    def daily(self, pdf, recorded):
        """Return what the daily check finds: (other files, problems of signatures)."""
        facts = {
            'name': 'Contract', 'pdf': pdf, 'sha256': recorded, 'logged': recorded,
            'signed': True, 'fields': [*SIGNED, 'archive_1'], 'level': 'B-LTA',
        }  # fmt: skip
        files, seals, _bound = judge_kept([facts], {'roots': [self.ca.root_cert]})
        return files, seals

    def believing(self, pdf):
        """Return what is kept where an insider made rows and log name this file as final."""
        sha256 = hashlib.sha256(pdf).hexdigest()
        return dataclasses.replace(self.kept, current=sha256, finals={sha256})


def remembered(look):
    """Return `look` as a function that judges the same file once: a judgement takes 0.3 s."""
    answers = {}

    def looking(pdf, **options):
        key = (hashlib.sha256(pdf).digest(), repr(sorted(options.items())))
        if key not in answers:
            answers[key] = look(pdf, **options)
        return answers[key]

    return looking
