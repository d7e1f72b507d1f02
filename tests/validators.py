"""Independent programs that judge a signed PDF, see judges.py. A missing one fails the test."""

from judges import Part, ask_openssl, judge, run

__all__ = ['check_independently', 'check_long_term', 'openssl_ts', 'run']


def check_independently(sealed_list, root_der):
    """Let every program judge the last PDF; `sealed_list` are all its signatures in time order."""
    parts = judge(sealed_list[-1].pdf, [root_der])
    assert _places(parts) == _places(sealed_list)
    assert not any(part.is_stamp for part in parts)


def check_long_term(sealed_list, stamped, root_der):
    """As check_independently, where `stamped` is the document time stamp put on last."""
    parts = judge(stamped.pdf, [root_der])
    assert _places(parts) == _places([*sealed_list, stamped])
    assert [part for part in parts if part.is_stamp] == [_part(stamped)]


def openssl_ts(stamped, root_der, ok=(0,)):
    """Verify a document time stamp over its byte range with the root alone as trust."""
    ask_openssl(_part(stamped), [root_der], ok=ok)


def _places(signatures):
    return sorted(tuple(one.byte_range) for one in signatures)


def _part(sealed):
    first, second = sealed.byte_range[:2], sealed.byte_range[2:]
    content = sealed.pdf[first[0] : sum(first)] + sealed.pdf[second[0] : sum(second)]
    return Part(tuple(sealed.byte_range), content, sealed.cms, True)
