"""The rules for what a person is told about a PDF."""

import dataclasses

import pytest
from evidence import verdict
from evidence.verdict import AMBER, GREEN, RED, Answer, Kept
from pades.problems import Problem
from pades.reports import SignatureReport

ROOT, OTHER = 'a' * 64, 'b' * 64


def signature(field, serial='1', root=ROOT, revision=None, problems=(), **facts):
    problems = tuple(Problem(code, code) for code in problems)
    report = SignatureReport(field, not problems, False, 'Name', b'', serial, None, problems, None)
    facts = {'level': 'B-LTA', 'root_sha256': root, 'revision_sha256': revision, **facts}
    return dataclasses.replace(report, **facts)


COMPANY = signature('company', '1', revision='sent')
FIRST = signature('s1', '2', revision='one')
SECOND = signature('s2', '3', revision='two')
STAMP = signature('archive_1', '9', revision='final', is_stamp=True, level=None)
WHOLE = (COMPANY, FIRST, SECOND, STAMP)
KEPT = Kept(
    state='completed',
    as_sent='sent',
    current='final',
    finals={'final'},
    earlier={'sent', 'one', 'two'},
    certificates={'company': '1', 's1': '2', 's2': '3'},
    roots={ROOT},
    level='B-LTA',
)


def judge(sha256, signatures, kept=KEPT, problems=()):
    """Return the three answers, as the page gives them."""
    is_ = verdict.relation(sha256, signatures, kept) if kept else None
    problems = [Problem(code, code) for code in problems]
    answers = (
        verdict.about_file(problems, signatures, kept, is_),
        verdict.about_signers(signatures, kept, is_),
        verdict.about_log(signatures, kept, is_),
    )
    return [(answer.colour, answer.code) for answer in answers]


def test_final_is_green_all_over():
    assert judge('final', WHOLE) == [(GREEN, 'final'), (GREEN, 'certain'), (GREEN, 'agrees')]


def test_an_older_final_version_stays_good():
    kept = dataclasses.replace(KEPT, current='newer', finals={'final', 'newer'})
    assert judge('final', WHOLE, kept)[0] == (GREEN, 'renewed')


@pytest.mark.parametrize(
    ('sha256', 'signatures', 'expected'),
    [
        ('sent', (COMPANY,), [(AMBER, 'as_sent'), (AMBER, 'nobody_yet'), (AMBER, 'earlier')]),
        ('one', (COMPANY, FIRST), [(RED, 'rolled_back'), (GREEN, 'certain'), (RED, 'another')]),
        ('x', (COMPANY, FIRST), [(RED, 'rolled_back'), (GREEN, 'certain'), (RED, 'another')]),
        ('two', WHOLE[:3], [(AMBER, 'interim'), (GREEN, 'certain'), (AMBER, 'earlier')]),
        ('x', WHOLE[:3], [(RED, 'changed'), (GREEN, 'certain'), (RED, 'another')]),
        ('x', WHOLE, [(RED, 'added'), (GREEN, 'certain'), (RED, 'another')]),
    ],
)
def test_other_versions_of_a_completed_document(sha256, signatures, expected):
    assert judge(sha256, signatures) == expected


@pytest.mark.parametrize(
    ('state', 'code'),
    [
        ('sent', 'open'),
        ('signed', 'open'),
        ('cancelled', 'cancelled'),
        ('declined', 'declined'),
        ('expired', 'expired'),
    ],
)
def test_nothing_is_green_before_it_is_completed(state, code):
    kept = dataclasses.replace(
        KEPT, state=state, current='one', finals=(), earlier={'sent', 'one'}, level=''
    )
    for sha256, signatures in (('sent', (COMPANY,)), ('one', (COMPANY, FIRST))):
        answers = judge(sha256, signatures, kept)
        assert answers[0] == (AMBER, code)
        assert answers[2] == (AMBER, 'open')
    assert judge('x', (COMPANY, FIRST), kept)[0] == (RED, 'changed')


def test_a_replaced_file_in_the_store_is_red():
    kept = dataclasses.replace(KEPT, current='forged')
    assert judge('forged', WHOLE, kept)[0::2] == [(RED, 'unlogged'), (RED, 'another')]


def test_a_broken_log_is_red_for_every_version():
    kept = dataclasses.replace(KEPT, log_intact=False)
    for sha256 in ('final', 'sent', 'x'):
        assert judge(sha256, WHOLE, kept)[2] == (RED, 'broken')


def test_an_emptied_log_leaves_nothing_green():
    kept = dataclasses.replace(KEPT, finals=(), earlier=(), certificates={}, log_intact=False)
    assert {colour for colour, _code in judge('final', WHOLE, kept)} == {RED}


def test_final_file_whose_signatures_do_not_fit():
    altered = (COMPANY, signature('s1', '2', problems=['altered']), SECOND, STAMP)
    assert judge('final', altered)[:2] == [(RED, 'damaged'), (RED, 'broken')]


def test_what_is_wrong_with_a_signer_is_not_said_of_the_file():
    revoked = (COMPANY, signature('s1', '2', problems=['revoked']), SECOND, STAMP)
    assert judge('final', revoked)[:2] == [(GREEN, 'final'), (RED, 'broken')]
    expired = (COMPANY, signature('s1', '2', problems=['expired']), SECOND, STAMP)
    assert judge('final', expired)[:2] == [(GREEN, 'final'), (AMBER, 'doubtful')]


def test_a_level_that_was_lost_is_told():
    aged = (COMPANY, signature('s1', '2', level='B-T'), SECOND, STAMP)
    assert judge('final', aged)[1] == (AMBER, 'doubtful')
    older = dataclasses.replace(KEPT, level='')
    assert judge('final', aged, older)[1] == (GREEN, 'certain')


def test_a_signature_of_another_company_or_never_recorded():
    stranger = signature('more', '7', root=OTHER, revision='more')
    assert judge('x', (*WHOLE, stranger))[1] == (RED, 'untrusted')
    insider = signature('more', '7', revision='more')
    assert judge('x', (*WHOLE, insider))[1] == (RED, 'unrecorded')
    swapped = signature('s2', '8', revision='two')
    assert judge('x', (COMPANY, FIRST, swapped))[1] == (RED, 'unrecorded')


def test_a_file_of_another_system():
    foreign = signature('Signature1', root=None, problems=['untrusted'])
    assert judge('x', (foreign,), None) == [(AMBER, 'foreign'), (AMBER, 'foreign'), (AMBER, 'none')]
    assert judge('x', (foreign,), None, ['trailing'])[0] == (AMBER, 'doubtful')
    second = signature('Signature2', root=None, problems=['untrusted'])
    added = Problem('field_added', 'added', 'Signature2')
    found = verdict.about_file([added], (foreign, second), None, None)
    assert found == Answer(AMBER, 'foreign'), 'the place for who signs second is added then'
    assert verdict.about_file([added], (foreign,), None, None) == Answer(AMBER, 'doubtful')
    changed = signature('Signature1', root=None, problems=['untrusted', 'changed'])
    assert judge('x', (changed,), None)[:2] == [(RED, 'changed'), (RED, 'broken')]


def test_a_certificate_of_completion():
    kept = dataclasses.replace(KEPT, as_sent='', certificates={'company': '1'}, is_certificate=True)
    expected = [(GREEN, 'certificate'), (GREEN, 'company'), (GREEN, 'certificate')]
    assert judge('final', (COMPANY, STAMP), kept) == expected
    unknown = dataclasses.replace(kept, finals=frozenset())
    assert judge('final', (COMPANY, STAMP), unknown)[0] == (RED, 'unlogged')
    stranger = signature('company', '7')
    assert judge('final', (stranger, STAMP), kept)[1] == (RED, 'unrecorded')


def test_our_certificates_on_a_document_that_is_not_here():
    assert judge('x', WHOLE, None) == [(AMBER, 'unknown'), (AMBER, 'unknown'), (RED, 'no_record')]


def test_what_is_not_known_is_not_claimed():
    """Neither that it is unchanged where something was added, nor that it is ours where only the
    time stamp, or a bought certificate's root, is known."""
    assert judge('x', WHOLE, None, ['trailing'])[0] == (AMBER, 'doubtful')
    strange = signature('Signature1', root=None, problems=['untrusted'])
    answers = judge('x', (strange, dataclasses.replace(STAMP, root_sha256=OTHER)), None)
    assert answers == [(AMBER, 'foreign'), (AMBER, 'foreign'), (AMBER, 'none')]
    assert judge('x', (FIRST, strange), None)[0] == (AMBER, 'foreign')
    bought = signature('Signature1', root=OTHER, cert_sha256='c' * 64)
    for own, file, log in (
        ({ROOT}, (AMBER, 'foreign'), (AMBER, 'none')),
        ({ROOT, 'c' * 64}, (AMBER, 'unknown'), (RED, 'no_record')),
        ({OTHER}, (AMBER, 'unknown'), (RED, 'no_record')),
    ):
        assert verdict.about_file((), (bought,), None, None, own) == Answer(*file)
        assert verdict.about_log((bought,), None, None, own) == Answer(*log)


def test_what_can_not_be_read_was_not_changed_for_certain():
    odd = signature('Signature1', root=None, problems=['unreadable'])
    assert judge('x', (odd,), None)[0] == (RED, 'unreadable')
    both = signature('Signature1', root=None, problems=['unreadable', 'altered'])
    assert judge('x', (both,), None)[0] == (RED, 'changed')


def test_a_file_without_signatures():
    expected = [(AMBER, 'unsigned'), (AMBER, 'nobody'), (AMBER, 'none')]
    assert judge('x', (), None, ['unsigned']) == expected


def test_a_stamp_alone_says_nothing_about_who():
    stamp = dataclasses.replace(STAMP, root_sha256=None)
    assert judge('x', (stamp,), None)[1] == (AMBER, 'nobody')


def test_record():
    assert verdict.about_record('none') is None
    colours = [verdict.about_record(code).colour for code in ('same', 'cancelled', 'changed')]
    assert colours == [GREEN, AMBER, RED]
    assert verdict.about_record('deleted').colour == RED


@pytest.mark.parametrize(
    ('file', 'other', 'expected'),
    [
        ((GREEN, 'final'), GREEN, GREEN),
        ((AMBER, 'foreign'), AMBER, 'foreign'),
        ((AMBER, 'unsigned'), AMBER, 'unsigned'),
        ((AMBER, 'open'), AMBER, 'open'),
        ((AMBER, 'foreign'), RED, RED),
        ((RED, 'changed'), AMBER, RED),
        ((GREEN, 'final'), AMBER, AMBER),
        ((AMBER, 'unknown'), AMBER, AMBER),
    ],
)
def test_headline(file, other, expected):
    answers = {'file': Answer(*file), 'log': Answer(other, 'x')}
    assert verdict.headline(answers) == expected


def test_a_number_has_no_headline_of_its_own():
    assert verdict.headline({'number': Answer(AMBER, 'open')}) == AMBER


def test_worst():
    answers = [Answer(GREEN, ''), Answer(RED, ''), Answer(AMBER, '')]
    assert verdict.worst(answers) == RED
    assert verdict.worst(answers[:1]) == GREEN
    assert verdict.worst([]) == RED
