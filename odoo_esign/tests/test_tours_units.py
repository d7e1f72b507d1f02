"""The components of the back end one by one, in the browser (static/tests/unit)."""

# not its classes: they would be collected here
from odoo.addons.web.tests import test_js
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestUnits(HttpCase):
    def test_units(self):
        ours = test_js.HOOTCommon._generate_hash(self, "@odoo_esign")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={ours}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
