"""Fixtures for the tests of `pades` and `evidence`, which run without Odoo."""

import sys
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'odoo_esign'))
sys.path.insert(0, str(ROOT / 'tests'))
sys.path.append(str(ROOT / 'odoo_esign/tests/outside'))  # judges.py
pytest.register_assert_rewrite('validators')

from flows import signer_of  # noqa: E402
from pades import appearance, authority  # noqa: E402

NOTO = 'addons/web/static/fonts/sign/NotoSans-Reg.ttf'


@pytest.fixture(scope='session')
def font_path():
    """Odoo's Noto Sans, which the product prints with."""
    for base in (ROOT / '.dev/odoo').rglob('dist-packages/odoo'):
        if (base / NOTO).exists():
            return str(base / NOTO)
    pytest.fail("Odoo's font NotoSans-Reg.ttf is missing: run `make set-up` first")


@pytest.fixture(scope='session', autouse=True)
def _default_font(font_path):
    appearance.set_default_font(font_path)


@pytest.fixture(scope='session')
def ca():
    """A company's certification authority."""
    return authority.create_authority('Müster & Söhne GmbH', 'DE')


@pytest.fixture(scope='session')
def roots(ca):
    return [ca.root_cert]


@pytest.fixture(scope='session')
def make_signer(ca):
    """Make a signer with a one-time key: make_signer('Łukasz Żółć')."""
    return partial(signer_of, ca)


@pytest.fixture(scope='session')
def envelope(ca, make_signer):
    """A completed envelope and its log, see packages.py."""
    from packages import Envelope

    return Envelope(ca, make_signer)


@pytest.fixture(scope='session')
def outside(tmp_path_factory):
    """An authority of others on loopback, see outside.py."""
    import outside as outsiders

    with outsiders.serving(tmp_path_factory.mktemp('outside')) as running:
        yield running
