"""One-time codes: the values of RFC 6238, and none of them twice."""

import asyncio
import base64

import pytest
from pades import errors
from pades.seals import totp

SECRET = base64.b32encode(b'12345678901234567890').decode()


@pytest.mark.parametrize(
    ('moment', 'expected'),
    [(59, '287082'), (1111111109, '081804'), (1111111111, '050471'), (1234567890, '005924'),
     (2000000000, '279037'), (20000000000, '353130')],
)  # fmt: skip
def test_values_of_the_standard(moment, expected):
    assert totp.code(SECRET, moment // totp.STEP) == expected


def test_written_by_people():
    spaced = ' '.join(SECRET[i : i + 4] for i in range(0, len(SECRET), 4)).lower()
    assert totp.code(spaced, 1) == totp.code(SECRET, 1)
    with pytest.raises(errors.SealRefused) as refused:
        totp.code('not base 32!', 1)
    assert refused.value.code == 'setting' and 'not base' not in refused.value.message


def test_each_code_is_given_once():
    clock, waits = [1000.0], []

    async def sleep(seconds):
        waits.append(seconds)
        clock[0] += seconds

    codes = totp.Codes(lambda: clock[0], sleep)

    async def given():
        return [await codes.next(SECRET) for _number in range(3)]

    assert asyncio.run(given()) == [totp.code(SECRET, number) for number in (33, 34, 35)]
    assert waits == [20, 30], 'for the next one it waits'
    assert asyncio.run(codes.next(base64.b32encode(b'another').decode()))
    assert len(waits) == 2, "another one's codes are not used yet"
