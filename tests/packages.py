"""Evidence packages for the tests: made as the add-on makes them, checked, tampered with."""

import datetime
import hashlib
import io
import json
import subprocess
import sys
import zipfile

import samples
from bygone import NOW
from cryptography import x509
from evidence import Event, PackageDocument, build_package, event_hash, evidence_uri
from flows import finalised, sign_long_term
from pades import fields, seal, stamper
from pades.detached import sign_detached, stamp_detached

DAY = datetime.timedelta(days=1)


class Log:
    """A log as an envelope writes it, all on one day: that moment's, or yesterday."""

    def __init__(self, moment=None):
        self.events, self.day = [], f'{moment or NOW - DAY:%Y-%m-%d}'

    def add(self, type, **data):
        prev = self.events[-1].hash if self.events else '0' * 64
        seq = len(self.events) + 1
        body = (seq, prev, f'{self.day}T14:{seq:02d}:00.000000Z', type, data)
        self.events.append(Event(*body, event_hash(*body)))

    @property
    def uri(self):
        return evidence_uri(len(self.events), self.events[-1].hash) if self.events else None


def serial_of(sealed):
    return f'{x509.load_der_x509_certificate(sealed.cert_der).serial_number:x}'


def sha256(content):
    return hashlib.sha256(content).hexdigest()


class Envelope:
    """Two documents, two signers each, or others; everything logged."""

    def __init__(self, ca, make_signer, originals=None, unused=(), moment=None):
        self.ca, self.make_signer, self.log, self.now = ca, make_signer, Log(moment), moment
        self.stamper = stamper.LocalStamper.of(ca, clock=moment and (lambda: moment))
        self.sealed, self.originals, self.final = [], [], []
        self.log.add('requested', actor='user:2', text='Żółć "quoted"\n')
        originals = originals or [samples.pdf(n, text=f'Document {n}') for n in (1, 2)]
        for number, original in enumerate(originals, start=1):
            self.originals.append(original)
            self.log.add('frozen', document=number, content_sha256=sha256(original))
            self.logged = 0
            sealed = sign_long_term(
                original, make_signer, self.stamper, unused=unused, evidence=self._state
            )
            self._state(sealed)
            self.sealed.append(sealed)
            self.final.append(finalised(sealed, ca, self.stamper, now=moment))
        self.log.add('validated', documents=[one.sha256 for one in self.final])
        self.certificate = self._make_certificate()
        self.log.add('completed', certificate_sha256=sha256(self.certificate))
        self.log.add('delivered', to='zoe@example.com')

    def _state(self, sealed):
        for one in sealed[self.logged :]:
            facts = {'serial': serial_of(one)}
            self.log.add('sealed', seals={'1': {'sha256': one.sha256, 'certificate': facts}})
        self.logged = len(sealed)
        return self.log.uri

    def _make_certificate(self):
        frozen = fields.freeze(samples.pdf(text='Certificate of completion'), [])
        company = self.make_signer('Müster GmbH', evidence=self.log.uri)
        return finalised(
            [seal.certify(frozen, company, timestamper=self.stamper)], self.ca, self.stamper,
            now=self.now,
        ).pdf

    def package(self, events=None, pdfs=None, ca=None, maker=None, stamps=None, **options):
        ca, maker = ca or self.ca, maker or self.make_signer
        company = maker('Müster GmbH', evidence=self.log.uri if events is None else None)
        documents = [
            PackageDocument(f'Contract: n° {number}/2026.pdf', original, pdf)
            for number, (original, pdf) in enumerate(
                zip(self.originals, pdfs or [one.pdf for one in self.final], strict=True), start=1
            )
        ]
        return build_package(
            documents,
            self.log.events if events is None else events,
            roots=[ca.root_cert],
            seal=lambda data: sign_detached(data, company),
            stamp=lambda data: stamp_detached(data, stamps or self.stamper),
            certificates={'': self.certificate},
            **options,
        )


def unpacked(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def verify(folder, *arguments):
    """Run the package's verifier without arguments, isolated; return (status, output)."""
    result = subprocess.run(
        [sys.executable, '-I', '-S', 'verify.py', *arguments],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )
    assert not result.stderr, result.stderr
    return result.returncode, result.stdout


def lines_of(folder):
    return (folder / 'evidence.jsonl').read_bytes().splitlines(keepends=True)


def edit_line(lines, number, change):
    event = json.loads(lines[number])
    change(event)
    text = json.dumps(event, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    return [*lines[:number], text.encode() + b'\n', *lines[number + 1 :]]


def rechained(events, change):
    """The log, changed by somebody who computes all hashes anew."""
    log = Log()
    for event in events:
        data = json.loads(json.dumps(event.data))
        change(event, data)
        log.add(event.type, **data)
    return log.events
