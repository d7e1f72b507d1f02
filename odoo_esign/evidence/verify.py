#!/usr/bin/env python3
"""Checks an evidence package: is everything in it what was signed, and does the log agree?

    python3 verify.py [folder] [--root-sha256 FINGERPRINT] [--existed-on YYYY-MM-DD]

Without a folder it checks the one it lies in. It needs Python 3.8 or newer and the program
`openssl`, nothing else: no Odoo, no network. Exit status: 0 all in order, 1 something is wrong,
2 it could not check, 3 nothing is wrong, but a time stamp has become too old to prove anything.

A signature or a time stamp holds up if its certificate was valid at a moment for which it is proven
that the thing was there: today, or when a time stamp over it was made that holds up itself. Where
nothing proves that any more, the times are only claimed: an old key, should it have leaked since,
makes stamps of every day. `--existed-on` is such a moment, known to whoever checks.

Whoever wants to be sure that this program itself is unaltered takes it from the project's
repository, and compares the fingerprint of root.pem with the one the company gives by another way.
"""

# A program for a terminal: it prints.
# pylint: disable=print-used

import sys

if __name__ == '__main__' and not getattr(sys.flags, 'safe_path', sys.flags.isolated):
    # A package from a stranger may hold a json.py: nothing is imported from the program's folder.
    del sys.path[0]

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from pathlib import Path

GENESIS = '0' * 64
PREFIX = b'odoo_esign/audit/v1\n'
FORMAT = 'odoo_esign/package/v1'
EVENT_KEYS = {'seq', 'prev', 'ts', 'type', 'data', 'hash'}
SHA256 = re.compile(r'[0-9a-f]{64}')
EVIDENCE_URI = re.compile(r'evidence:(0|[1-9][0-9]{0,9}):([0-9a-f]{64})')
BYTE_RANGE = re.compile(rb'/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]')
TIME_STAMP_TOKEN = bytes.fromhex('060b2a864886f70d0109100104')  # id-ct-TSTInfo, RFC 3161
TIME = re.compile(r'Time stamp: (\w{3}) +(\d+) (\d\d):(\d\d):(\d\d)\S* (\d{4}) GMT')
MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
PEM = re.compile(rb'-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----')
IGNORED = {'__pycache__', '.DS_Store', 'Thumbs.db', 'desktop.ini'}
MAX_DEPTH = 64  # of the values in a line of the log, as the software that writes it keeps to
MAX_FILE = 2**29
MAX_SIGNATURES = 2000
MAX_UNKNOWN = 100  # of those that the log does not name
PATIENCE = 120  # seconds that openssl may take for one answer
CLOCKS = timedelta(minutes=5)  # by which the clocks of two time stampers may differ
LOG_CLOCK = timedelta(days=1)  # and that of a database, which nobody vouches for

COMMON_NAME, ALTERNATIVE_NAME, EXTENDED_USAGE = b'\x55\x04\x03', b'\x55\x1d\x11', b'\x55\x1d\x25'
SIGNING_USAGES = {
    b'\x55\x1d\x25\x00',  # any
    bytes.fromhex('2b06010505070304'),  # mail, 1.3.6.1.5.5.7.3.4
    bytes.fromhex('2b06010505070324'),  # documents, 1.3.6.1.5.5.7.3.36
    bytes.fromhex('2a864886f72f010105'),  # Adobe's, 1.2.840.113583.1.1.5
    bytes.fromhex('2b0601040182370a030c'),  # Microsoft's, 1.3.6.1.4.1.311.10.3.12
}

NOT_PROVEN = """
NOT PROVEN ANY MORE: nothing is wrong, but the {} finding(s) marked "claim" hold up only if an old
time stamp is true. Its certificate has ended: somebody who got hold of its key could make such a
stamp today, with any date. Ask the company for the package made anew. Or, if you know of a day on
which this one was there, give it: --existed-on YYYY-MM-DD"""

Signature = namedtuple('Signature', 'gap_start gap_end end cms is_stamp in_log')
Signer = namedtuple('Signer', 'name serial anchor may_sign proven', defaults=[True])
# By when something was there (None: today), and whether that is proven or only claimed.
Moment = namedtuple('Moment', 'when proven')
TODAY = Moment(None, True)


class Unusable(Exception):
    """The check can't be made at all."""


class Report:
    """Collects what is in order and what isn't, and prints it as it comes."""

    def __init__(self):
        self.problems, self.claims = [], []

    def good(self, text):
        print(f'  ok     {clean(text)}')

    def held(self, text, proven):
        """What is in order: for sure, or if a time stamp that proves nothing any more is true."""
        if proven:
            return self.good(text)
        self.claims.append(text)
        print(f'  claim  {clean(text)}')

    def note(self, text):
        print(f'  note   {clean(text)}')

    def wrong(self, text):
        self.problems.append(text)
        print(f'  WRONG  {clean(text)}')


def clean(text):
    """Names come from the files checked; they must not steer the terminal."""
    return ''.join(char if char.isprintable() else '?' for char in text)


def main(arguments=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, 'reconfigure'):
            stream.reconfigure(errors='replace')
    parser = argparse.ArgumentParser(description='Checks an evidence package.')
    parser.add_argument('folder', nargs='?', type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument(
        '--root-sha256',
        action='append',
        default=[],
        metavar='FINGERPRINT',
        help='of the root certificate, as the company gives it by another way',
    )
    parser.add_argument(
        '--existed-on',
        type=day,
        metavar='YYYY-MM-DD',
        help='a day on which you know, from elsewhere, that this package was there already',
    )
    options = parser.parse_args(arguments)
    known = ([Moment(options.existed_on, True)] if options.existed_on else []) + [TODAY]
    report = Report()
    try:
        check(options.folder, options.root_sha256, known, report)
    except (Unusable, OSError) as error:
        print(f'\nCOULD NOT CHECK: {clean(str(error))}')
        return 1 if report.problems else 2
    return verdict(report)


def day(text):
    """Return when a day has ended everywhere, but nothing that is still to come."""
    begin = datetime.strptime(text, '%Y-%m-%d').replace(tzinfo=timezone.utc)
    now = datetime.now(timezone.utc)
    if begin > now:
        raise argparse.ArgumentTypeError('that day is still to come')
    return min(begin + timedelta(hours=36), now)


def verdict(report):
    """Print what all comes to; return the exit status."""
    if report.problems:
        print(f'\nSOMETHING IS WRONG: {len(report.problems)} finding(s), see above.')
        return 1
    if report.claims:
        print(NOT_PROVEN.format(len(report.claims)))
        return 3
    print('\nALL IN ORDER: the documents are what was signed, and the log agrees.')
    return 0


def check(folder, root_sha256, known, report):
    """Check everything in the folder, of which is `known` by when it was there."""
    program = find_openssl(folder)
    if not (folder / 'evidence.jsonl').is_file() or not (folder / 'root.pem').is_file():
        raise Unusable(f'{folder} holds no evidence package (evidence.jsonl, root.pem)')
    if not plain_files(folder, report):
        return
    with tempfile.TemporaryDirectory() as temporary:
        openssl = Openssl(program, Path(temporary))
        check_roots(folder, openssl, root_sha256, report)
        print('The log')
        events = read_log(folder / 'evidence.jsonl', report)
        hashes = check_chain(events, report)
        listing = check_manifest(folder, openssl, events, hashes, known, report)
        manifest, anchors = listing.files, listing.anchors
        anchors += check_documents(folder, openssl, events, listing, report)
        for path in sorted(folder.glob('certificate*.pdf')):
            anchors += check_certificate(path, openssl, listing, report)
        print('The log against the certificates')
        check_anchors(anchors, hashes, report)
        check_files(folder, manifest, report)
    print('What this check does not ask')
    report.note('whether a certificate was revoked; the verify page and PDF readers tell')


def plain_files(folder, report):
    """Tell whether there is nothing but files and folders: a link could lead anywhere."""
    before = len(report.problems)
    for where, folders, files in os.walk(str(folder)):
        for name in folders + files:
            path = Path(where, name)
            kind = path.lstat()
            if not (stat.S_ISDIR(kind.st_mode) or stat.S_ISREG(kind.st_mode)):
                report.wrong(f'{path.relative_to(folder)} is a link or a device, not a file')
            elif stat.S_ISREG(kind.st_mode) and kind.st_size > MAX_FILE:
                report.wrong(f'{path.relative_to(folder)} is larger than any file of a package')
    return len(report.problems) == before


# ---------------------------------------------------------------- openssl


def find_openssl(folder):
    """Return the full path of openssl; one that came with the package, or lies here, is not run."""
    folder, here = folder.resolve(), Path.cwd()
    places = []
    for place in os.environ.get('PATH', os.defpath).split(os.pathsep):
        real = Path(place).resolve()
        if os.path.isabs(place) and real != here and folder not in (real, *real.parents):
            places.append(place)
    found = shutil.which('openssl', path=os.pathsep.join(places))
    if found is None:
        raise Unusable('the program openssl is missing')
    if Path(found).resolve().parent in (folder, here):  # Windows looks here first
        raise Unusable(f'{found} lies beside what is to be checked, and is not run')
    return found


class Openssl:
    """Asks openssl, with the package's root certificates as the only trust."""

    def __init__(self, program, temporary):
        self.program, self.temporary = program, temporary
        # What the machine trusts, for web sites, counts for nothing here.
        self.nothing = temporary / 'nothing'
        self.nothing.mkdir()
        self.environment = {
            **os.environ,
            'SSL_CERT_DIR': str(self.nothing),
            'SSL_CERT_FILE': str(self.file('none.pem', b'')),
        }
        self.root = self.file('root.pem', b'')
        self.stamp_roots = self.file('stamp-roots.pem', b'')
        # LibreSSL judges time stamps by today's clock alone
        self.knows_times = '-attime' in self.run('ts', '-help')[1]

    def trust(self, roots, stamp_roots):
        """Take these certificates (DER), and no others, for the ends of all chains."""
        self.file('root.pem', b''.join(map(pem, roots)))
        self.file('stamp-roots.pem', b''.join(map(pem, [*roots, *stamp_roots])))

    def run(self, *arguments):
        command = [self.program, *map(str, arguments)]
        try:
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, env=self.environment, timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            return False, ''
        return result.returncode == 0, result.stdout.decode('utf-8', 'replace')

    def file(self, name, content):
        path = self.temporary / name
        path.write_bytes(content)
        return path

    def signature(self, container, content, known):
        """Return the Signer of a CMS signature over the content, or None if it is wrong.

        `known` are the Moments by which it was there, the earliest first.
        """
        signer = self.signer(container, content, known[0].when)
        if signer is None:
            return None
        proven = known[0].proven or any(
            self.signer(container, content, at.when) for at in known[1:] if at.proven
        )
        return signer._replace(proven=proven)

    def signer(self, container, content, when):
        """Return the Signer of a CMS signature, as judged at a time, or None."""
        signer = self.temporary / 'signer.pem'
        if signer.exists():
            signer.unlink()
        good, _text = self.run(
            'cms', '-verify', '-binary', '-inform', 'DER', '-in', self.file('cms', container),
            '-content', self.file('content', content), '-CAfile', self.root,
            '-CApath', self.nothing, '-purpose', 'any',
            '-signer', signer, '-out', self.temporary / 'out', *at_time(when),
        )
        if not good or not signer.exists():
            return None
        try:
            (found,) = map(signer_of, certificates_in(signer.read_bytes()))
        except ValueError:  # several, or one that can't be read
            return None
        return found

    def stamp(self, token, content, known):
        """Return the Moment by a time stamp token over the content, or None if it is wrong.

        `known` is as for `signature`. ValueError if it says to be younger than that.
        """
        token, content = self.file('token', token), self.file('content', content)
        when = self.stated_time(token)
        if when is None:
            return None
        if when > (known[0].when or datetime.now(timezone.utc)) + CLOCKS:
            raise ValueError(f'a time stamp states {shown(when)}, but was there before that')
        proven = any(self.fits(token, content, at.when) for at in known if at.proven)
        # an honest stamper's certificate was valid, too, when it made the stamp
        if (self.knows_times or not proven) and not self.fits(token, content, when):
            return None
        return Moment(when, proven)

    def fits(self, token, content, when):
        """Tell whether a token fits, its certificates judged at a time; None: today."""
        good, text = self.run(
            'ts', '-verify', '-token_in', '-in', token, '-data', content,
            '-CAfile', self.stamp_roots, *(at_time(when) if self.knows_times else ()),
        )
        if not good and not self.knows_times and 'expired' in text:
            raise Unusable(
                "a time stamp's certificate has ended, and this openssl can judge it at no other "
                'time; take OpenSSL 1.1.1 or newer instead of LibreSSL'
            )
        return good and 'Verification: OK' in text

    def stated_time(self, token):
        """Return the time that a token states, without asking whether it is true."""
        _good, text = self.run('ts', '-reply', '-token_in', '-in', token, '-text')
        found = TIME.search(text)
        if not found:
            return None
        month, day, hour, minute, second, year = found.groups()
        numbers = (int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute))
        return datetime(*numbers, int(second), tzinfo=timezone.utc)


def at_time(when):
    return ('-attime', str(int(when.timestamp()))) if when else ()


def shown(when):
    return f'{when:%Y-%m-%d %H:%M:%S} UTC'


def check_roots(folder, openssl, expected, report):
    """Say whom this check trusts; with `expected`, whether it is whom one means to trust."""
    print('Who this check trusts')
    wanted = {re.sub(r'[^0-9a-f]', '', one.lower()) for one in expected}
    roots, stamp_roots = read_roots(folder / 'root.pem'), []
    if (folder / 'stamp-roots.pem').is_file():
        stamp_roots = read_roots(folder / 'stamp-roots.pem')
    openssl.trust(roots, stamp_roots)
    for der in roots:
        digest, mark = sha256(der), fingerprint(der)
        if not wanted:
            report.note(f'root.pem, SHA-256 {mark}')
            report.note('compare that with what the company says, or give it as --root-sha256')
        elif digest in wanted:
            report.good('root.pem has the fingerprint that was given')
        else:
            report.wrong(f'root.pem has a different fingerprint: {mark}')
    for der in stamp_roots:
        report.note(f'time stamps by {fingerprint(der)}')


def read_roots(path):
    """Return the certificates (DER) of a file that has to hold such and nothing else.

    openssl would also take what stands between other marks, or before and behind them.
    """
    content = path.read_bytes()
    try:
        found = certificates_in(content)
        for der in found:
            signer_of(der)  # reads all that matters here
    except ValueError:
        raise Unusable('a certificate cannot be read')
    if not found:
        raise Unusable(f'{path.name} holds no certificate')
    if PEM.sub(b'', content).strip():
        raise Unusable(f'{path.name} holds something other than certificates')
    return found


def certificates_in(content):
    """Return the DER of each certificate; ValueError if one is not as long as it says to be."""
    found = []
    for body in PEM.findall(content):
        der = base64.b64decode(b''.join(body.split()), validate=True)
        if der_size(der) != len(der):
            raise ValueError('another length')
        found.append(der)
    return found


def pem(der):
    text = base64.b64encode(der).decode()
    lines = '\n'.join(text[at : at + 64] for at in range(0, len(text), 64))
    return f'-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n'.encode()


def fingerprint(der):
    digest = sha256(der).upper()
    return ':'.join(digest[at : at + 2] for at in range(0, 64, 2))


# ---------------------------------------------------------------- certificates


def parts(content):
    """Yield (tag, content) of the DER values that stand one behind the other; ValueError if odd."""
    at = 0
    while at < len(content):
        if len(content) < at + 2 or content[at] & 0x1F == 0x1F:
            raise ValueError('not DER')
        size, begin = content[at + 1], at + 2
        if size >= 0x80:
            begin += size & 0x7F
            size = int.from_bytes(content[at + 2 : begin], 'big')
            if not at + 2 < begin <= at + 6:
                raise ValueError('not DER')
        if begin + size > len(content):
            raise ValueError('cut')
        yield content[at], content[begin : begin + size]
        at = begin + size


def inner(content, *path):
    """Return the content of the value reached by taking the part with each number in turn."""
    for number in path:
        found = list(parts(content))
        if number >= len(found):
            raise ValueError('something is missing')
        content = found[number][1]
    return content


def signer_of(der):
    """Return what a certificate says: name, serial number, what it is for, state of the log."""
    fields = list(parts(inner(der, 0, 0)))
    if fields and fields[0][0] == 0xA0:  # the version
        fields = fields[1:]
    if len(fields) < 6:
        raise ValueError('not a certificate')
    serial = int.from_bytes(fields[0][1], 'big')
    extensions = {}
    for tag, content in fields[6:]:
        if tag == 0xA3:
            for _tag, extension in parts(inner(content, 0)):
                (_tag, kind), *_critical, (_tag, value) = parts(extension)
                extensions[kind] = value
    states = [
        match
        for tag, name in parts(inner(extensions.get(ALTERNATIVE_NAME, b'\x30\x00'), 0))
        if tag == 0x86  # a URI
        for match in [EVIDENCE_URI.fullmatch(name.decode('utf-8', 'replace'))]
        if match
    ]
    anchor = (int(states[0][1]), states[0][2]) if len(states) == 1 else None
    usages = extensions.get(EXTENDED_USAGE)
    may_sign = usages is None or any(oid in SIGNING_USAGES for _tag, oid in parts(inner(usages, 0)))
    return Signer(name_in(fields[4][1]), serial, anchor, may_sign)


def name_in(subject):
    """Return the common name of a subject, the last one if there are several."""
    name = '?'
    for _tag, part in parts(subject):
        for _tag, pair in parts(part):
            (_tag, kind), (tag, value) = list(parts(pair))[:2]
            if kind == COMMON_NAME:
                name = value.decode('utf-16-be' if tag == 0x1E else 'utf-8', 'replace')
    return name


# ---------------------------------------------------------------- the log


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()


def no_doubles(pairs):
    keys = [key for key, _value in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError('a key occurs twice')
    return dict(pairs)


def no_floats(text):
    raise ValueError(f'{text} has no canonical form')


def load(content):
    value = json.loads(
        content.decode('utf-8'),
        object_pairs_hook=no_doubles,
        parse_float=no_floats,
        parse_constant=no_floats,
    )
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError('nested too deep')
        level = [
            item
            for one in level
            if isinstance(one, (dict, list))
            for item in (one.values() if isinstance(one, dict) else one)
        ]
    return value


def read_log(path, report):
    """Return the events as dictionaries; lines that can't be read are problems."""
    content = path.read_bytes()
    if content and not content.endswith(b'\n'):
        report.wrong('the last line of the log is cut off')
    events = []
    for number, line in enumerate(content.split(b'\n')[:-1], start=1):
        try:
            event = load(line)
            if set(event) != EVENT_KEYS or type(event['seq']) is not int:
                raise ValueError('not the entries of an event')
            if canonical(event) != line:
                raise ValueError('not in canonical form')
        except (ValueError, TypeError, RecursionError) as error:
            report.wrong(f'line {number} of the log cannot be read: {error}')
            continue
        events.append(event)
    return events


def check_chain(events, report):
    """Check that each event continues the one before; return the hashes, the genesis first."""
    hashes = [GENESIS]
    before = len(report.problems)
    for position, event in enumerate(events, start=1):
        if event['seq'] != position:
            report.wrong(f'event {event["seq"]} stands where event {position} belongs')
        if event['prev'] != hashes[-1]:
            report.wrong(f'event {event["seq"]} does not continue the one before')
        body = {key: event[key] for key in EVENT_KEYS - {'hash'}}
        if hashlib.sha256(PREFIX + canonical(body)).hexdigest() != event['hash']:
            report.wrong(f'event {event["seq"]} ({event["type"]}) was edited')
        hashes.append(event['hash'])
    if len(report.problems) == before:
        report.good(f'{len(events)} events, each continues the one before')
    return hashes


def check_anchors(anchors, hashes, report):
    """Check that the log passed through every state that a certificate recorded."""
    before = len(report.problems)
    for who, (count, digest) in anchors:
        if count >= len(hashes):
            total = len(hashes) - 1
            report.wrong(f'{who} recorded {count} events, the log has {total}: it was cut short')
        elif hashes[count] != digest:
            report.wrong(f'{who} recorded a different event {count}: the log was rewritten')
    if not anchors:
        report.wrong('no signature records the state of the log')
    elif len(report.problems) == before:
        report.good(f'{len(anchors)} signatures and seals recorded the log as it stands here')


def walk(value):
    """Yield (key, value) of all dictionaries within."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def logged(events):
    """Return what the log names: hashes of files, of originals, and certificates' serial numbers.

    Only under their own keys: what participants wrote may look like a hash, too.
    """
    digests, originals, serials = set(final_hashes(events)), set(), set()
    for event in events:
        for key, value in walk(event['data']):
            if not isinstance(value, str):
                continue
            if key in ('sha256', 'replaces') and SHA256.fullmatch(value):
                digests.add(value)
            # as it was printed or uploaded, and as the company has certified it
            if (event['type'], key) in (('frozen', 'content_sha256'), ('certified', 'sha256')):
                originals.add(value)
            if key == 'serial' and re.fullmatch('[0-9a-f]{1,64}', value):
                serials.add(int(value, 16))
    return digests, originals, serials


def final_hashes(events):
    """Return the hashes of the documents as completed: the last word of the log on them."""
    final = []
    for event in events:
        data = event['data'] if isinstance(event['data'], dict) else {}
        if event['type'] == 'validated' and isinstance(data.get('documents'), list):
            final = [value for value in data['documents'] if isinstance(value, str)]
        elif event['type'] == 'renewed':
            old, new = data.get('replaces'), data.get('sha256')
            final = [new if digest == old else digest for digest in final]
    return final


# ---------------------------------------------------------------- documents


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def signatures_of(pdf, digests):
    """Return what looks like signatures, in the order of their revisions; those that are odd, why.

    Whatever looks like one: a text that somebody has typed may as well. `digests` are the revisions
    that the log names; of others only some are looked at.
    """
    found, odd = set(), set()
    for match in BYTE_RANGE.finditer(pdf):
        start, length, rest, rest_length = map(int, match.groups())
        try:
            found.add(signature_at(pdf, start, length, rest, rest + rest_length))
        except ValueError as error:
            odd.add(str(error))
    known, unknown, digest, done = [], [], hashlib.sha256(), 0
    for one in sorted(found, key=lambda one: one.end):
        digest.update(pdf[done : one.end])
        done = one.end
        in_log = digest.hexdigest() in digests
        (known if in_log else unknown).append(one._replace(in_log=in_log))
    if len(known) > MAX_SIGNATURES:
        raise ValueError('more signatures than any document has')
    return sorted([*known, *unknown[:MAX_UNKNOWN]], key=lambda one: one.end), sorted(odd)


def signature_at(pdf, start, length, rest, end):
    """Return a signature that covers all up to `end`, but for what stands from `length` to `rest`.

    ValueError if it does not leave out itself, and that alone.
    """
    if start != 0 or not 0 < length < rest <= end <= len(pdf):
        raise ValueError('a signature covers an odd range')
    gap = pdf[length:rest]
    if not re.fullmatch(rb'<[0-9A-Fa-f]*>', gap) or len(gap) % 2:
        raise ValueError('a signature leaves out more than itself')
    container = bytes.fromhex(gap[1:-1].decode())
    size = der_size(container)
    if any(container[size:]):
        raise ValueError('bytes are hidden behind a signature')
    is_stamp = TIME_STAMP_TOKEN in container[:96]
    return Signature(length, rest, end, container[:size], is_stamp, False)


def der_size(content):
    if len(content) < 4 or content[0] != 0x30:
        raise ValueError('a signature holds nothing')
    first = content[1]
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    return 2 + count + int.from_bytes(content[2 : 2 + count], 'big')


def signed_content(pdf, signature):
    return pdf[: signature.gap_start] + pdf[signature.gap_end : signature.end]


def judge(pdf, openssl, digests, known, whole):
    """Return (signature, result, problem) of each signature of a PDF, oldest first; how many were
    left out; and what is odd besides.

    The result is a Signer, or the Moment by a time stamp; None where there is a problem. `digests`
    are the revisions that the log names, `known` the Moments by which the PDF was there, the
    earliest first. In a file that is `whole`, what looks like a signature and does not fit is one
    of others, there before, or a text that somebody has typed: it is left out. Elsewhere it may be
    one that was damaged.
    """
    signatures, problems = signatures_of(pdf, digests)
    results, fitting = [], set()
    # Backwards: a stamp proves that what is before it was there by then.
    for signature in reversed(signatures):
        content = signed_content(pdf, signature)
        kind = 'time stamp' if signature.is_stamp else 'signature'
        problem = f'a {kind} does not fit, or is not trusted by root.pem'
        try:
            ask = openssl.stamp if signature.is_stamp else openssl.signature
            result = ask(signature.cms, content, known)
        except ValueError as error:
            result, problem = None, str(error)
        if result:
            fitting.add(signature.end)
            known = [result, *known] if signature.is_stamp else known
        results.insert(0, (signature, result, None if result else problem))
    if not whole:
        return results, 0, problems
    kept = [
        (one, result, problem)
        for one, result, problem in results
        if result or (one.in_log and one.end not in fitting)
    ]
    return kept, len(results) - len(kept) + len(problems), []


def tell_left_out(count, report):
    if count:
        report.note(f'looks like {count} more signature(s): of others, or a text; not checked here')


def check_documents(folder, openssl, events, listing, report):
    """Check the signed documents against the log and their originals; return the anchors."""
    digests, originals, serials = logged(events)
    final = final_hashes(events)
    if not final:
        report.wrong('the log does not say that any document was completed')
    anchors, missing = [], list(final)
    for path in sorted((folder / 'signed').glob('*')):
        if path.name in IGNORED or path.is_dir():
            continue
        print(f'Document {clean(path.name)}')
        pdf = path.read_bytes()
        digest = sha256(pdf)
        whole = digest in missing
        if whole:
            missing.remove(digest)
            report.good('it is the file that the log names as completed (SHA-256)')
        else:
            report.wrong(why_another(pdf, digests, final))
        original = folder / 'originals' / path.name
        came_with = check_original(original, pdf, originals, report)
        try:
            judged = judge(pdf, openssl, digests, listing.known(digest), whole)
        except ValueError as error:
            report.wrong(str(error))
            continue
        anchors += check_signatures(pdf, judged, serials, came_with, report)
    for digest in missing:
        report.wrong(f'a document that the log names is missing: {digest}')
    return anchors


def why_another(pdf, digests, final):
    """Say how a document differs from the completed one."""
    if sha256(pdf) in final:
        return 'it is there twice'
    if sha256(pdf) in digests:
        return 'it is an earlier state: later signatures were cut off (rolled back)'
    digest, done = hashlib.sha256(), 0
    for match in re.finditer(rb'%%EOF', pdf):
        digest.update(pdf[done : match.end()])
        done = match.end()
        for more in (b'', pdf[done : done + 1], pdf[done : done + 2]):  # with its end of line
            longer = digest.copy()
            longer.update(more)
            if longer.hexdigest() in final:
                return 'something was added after it was completed (extended)'
    return 'it is not the file that the log names as completed (altered)'


def check_original(path, pdf, originals, report):
    """Check the original; return how many of its bytes the signed document begins with."""
    if not path.is_file():
        report.wrong('its original is missing')
        return 0
    original = path.read_bytes()
    if sha256(original) not in originals:
        report.wrong('its original is not the one the log names')
        return 0
    report.good('its original is the one the log names')
    return len(original) if pdf.startswith(original) else 0


def check_signatures(pdf, judged, serials, came_with, report):
    """Check what was found to be signed against the log; return the anchors."""
    results, left_out, problems = judged
    anchors, last = [], 0
    tell_left_out(left_out, report)
    for problem in problems:
        report.wrong(problem)
    for signature, result, problem in results:
        if signature.end <= came_with and not signature.in_log:
            report.note('a signature of others, there before; not checked here')
            continue
        last = signature.end
        if problem:
            report.wrong(problem)
        elif signature.is_stamp:
            text = f'time stamp of {shown(result.when)}'
            if signature.in_log:
                report.held(text, result.proven)
            else:
                report.wrong(f'{text}, of which the log knows nothing')
        elif not signature.in_log or result.serial not in serials:
            report.wrong(f'the signature of {result.name} is not in the log')
        elif not result.may_sign:
            report.wrong(f'the certificate of {result.name} is not for signing documents')
        else:
            report.held(f'signed by {result.name}; the log agrees', result.proven)
            if result.anchor:
                anchors.append((f'the signature of {result.name}', result.anchor))
    if not results:
        report.wrong('it is not signed')
    elif last != len(pdf):
        report.wrong('its last signature does not cover the whole file')
    return anchors


def check_certificate(path, openssl, listing, report):
    print(f'Certificate of completion {clean(path.name)}')
    pdf, anchors = path.read_bytes(), []
    digest = sha256(pdf)
    whole = listing.vouches_for(digest)
    results, left_out, problems = judge(pdf, openssl, (), listing.known(digest), whole)
    tell_left_out(left_out, report)
    for problem in problems:
        report.wrong(problem)
    if not results or results[-1][0].end != len(pdf):
        report.wrong('it is not sealed, or the seal does not cover the whole file')
    for signature, result, problem in results:
        if problem:
            report.wrong(problem)
        elif not signature.is_stamp and not result.may_sign:
            report.wrong(f'the certificate of {result.name} is not for signing documents')
        elif not signature.is_stamp:
            report.held(f'sealed by {result.name}', result.proven)
            if result.anchor:
                anchors.append(('the certificate of completion', result.anchor))
    return anchors


# ---------------------------------------------------------------- the package


class Listing:
    """The sealed list of files: their hashes, and by when it was there and all that it names."""

    def __init__(self, known):
        self.files, self.anchors, self.before, self.after = {}, [], known, known
        self.is_sealed = False

    def vouches_for(self, digest):
        """Tell whether a file with that hash is one that the company has sealed with the list."""
        return self.is_sealed and digest in self.files.values()

    def known(self, digest):
        """Return the Moments by which a file with that hash was there, the earliest first."""
        return self.after if digest in self.files.values() else self.before


def check_manifest(folder, openssl, events, hashes, known, report):
    """Check the sealed list of files; return the Listing, with the log's state it records."""
    print('The list of files (manifest.json)')
    listing = Listing(known)
    try:
        content = (folder / 'manifest.json').read_bytes()
        seal = (folder / 'manifest.p7s').read_bytes()
    except OSError:
        report.wrong('manifest.json or its seal manifest.p7s is missing')
        return listing
    stamp = check_manifest_stamp(folder / 'manifest.tst', seal, openssl, events, known, report)
    after = [stamp, *known] if stamp else known
    signer = openssl.signature(seal, content, after)
    if signer is None or not signer.may_sign:
        signer = None
        report.wrong('its seal does not fit, or is not trusted by root.pem')
    try:
        listing.files, anchor = read_manifest(content)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        report.wrong(f'it cannot be read: {error}')
        return listing
    if signer is None:
        return listing
    listing.after, listing.is_sealed = after, True
    stamped = f' on {shown(stamp.when)}' if stamp else ''
    report.held(f'sealed by {signer.name}{stamped}', signer.proven and (not stamp or stamp.proven))
    if anchor != (len(events), hashes[-1]):
        report.wrong(f'it was sealed over a log of {anchor[0]} events, not over this one')
    listing.anchors.append(('the seal of the package', anchor))
    if signer.anchor:
        listing.anchors.append(('the certificate of the package', signer.anchor))
    return listing


def check_manifest_stamp(path, seal, openssl, events, known, report):
    """Return the Moment by the time stamp on the list's seal, None without one that fits."""
    if not path.is_file():
        return None
    try:
        stamp = openssl.stamp(path.read_bytes(), seal, known)
    except ValueError as error:
        report.wrong(str(error))
        return None
    if stamp is None:
        report.wrong('the time stamp on its seal does not fit, or is not trusted')
    elif events and later(events[-1]['ts'], stamp.when + LOG_CLOCK):
        report.wrong(f'it was stamped on {shown(stamp.when)}, before the log ended')
    return stamp


def later(text, when):
    """Tell whether a time of the log is after another one."""
    try:
        time = datetime.strptime(text, '%Y-%m-%dT%H:%M:%S.%fZ').replace(tzinfo=timezone.utc)
    except (ValueError, TypeError):
        return False
    return time > when


def read_manifest(content):
    """Return the files' hashes by their names, and the log's state."""
    manifest = load(content)
    files, log = manifest['files'], manifest['log']
    if manifest['format'] != FORMAT or not isinstance(files, dict):
        raise ValueError('another format')
    anchor = (log['count'], log['head'])
    if type(anchor[0]) is not int or anchor[0] < 0 or not SHA256.fullmatch(anchor[1]):
        raise ValueError('no state of a log')
    return files, anchor


def check_files(folder, files, report):
    print('The files')
    before = len(report.problems)
    for name, digest in sorted(files.items()):
        path = folder / name
        if Path(name).is_absolute() or '..' in Path(name).parts or not path.is_file():
            report.wrong(f'{name} is missing')
        elif sha256(path.read_bytes()) != digest:
            report.wrong(f'{name} was changed')
    listed = {Path(name) for name in files} | {
        Path('manifest.json'), Path('manifest.p7s'), Path('manifest.tst')
    }
    for path in sorted(folder.rglob('*')):
        name = path.relative_to(folder)
        if path.is_dir() or name in listed or IGNORED & set(name.parts):
            continue
        if name.parts[0] in ('signed', 'originals') or name.suffix in ('.pdf', '.pem'):
            report.wrong(f'{name} does not belong to the package')
        else:
            report.note(f'{name} does not belong to the package')
    if len(report.problems) == before:
        report.good(f'{len(files)} files, none missing, none changed')


if __name__ == '__main__':
    sys.exit(main())
