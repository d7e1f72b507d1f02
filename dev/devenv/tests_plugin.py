"""A plugin of pytest's for the Odoo tests.

Their people are made once, in the lane's own database, which is dropped after the tests. Elsewhere
each class of tests makes them for itself, and nothing of them stays.

Odoo's tag `esign_slow` counts as pytest's mark `slow`.
"""

from unittest.mock import patch

import pytest


@pytest.fixture(scope="session", autouse=True)
def _people(load_registry):
    from passlib.context import CryptContext

    from odoo.addons.base.models.res_users import ResUsersPatchedInTest
    from odoo.addons.odoo_esign.tests.people import People
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    # as Odoo's own tests do: one round instead of hundreds of thousands
    quick = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
    once = type("Once", (People,), {})
    with (
        patch.object(ResUsersPatchedInTest, "_crypt_context", lambda _users: quick),
        Registry(get_db_name()).cursor() as cr,
    ):
        once.env = Environment(cr, SUPERUSER_ID, {"no_reset_password": True, "lang": "en_US"})
        once._make_companies_and_users()
        once.env["esign.authority"]._get_for(once.company)
        once.env["esign.seal"]._get_for(once.company)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "esign_slow" in getattr(item.cls, "test_tags", ()):
            item.add_marker("slow")
