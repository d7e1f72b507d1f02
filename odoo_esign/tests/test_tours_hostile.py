"""Every page in a real browser, with texts on it that want to run."""

from urllib.parse import urljoin

from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser

from .common import EsignHttpCase
from .hostile import MARKUP, TEMPLATES

TELL = "window.__pwned || localStorage.getItem('esign_pwned')"
# the picture that can't be had is asked for first; at most 20 s
UNTIL_TOLD = f"""
    new Promise((done) => {{
        const look = (left) => ({TELL}) || !left ? done() : setTimeout(() => look(left - 1), 100);
        look(200);
    }})
"""
HARMFUL = "<img src=x onerror=\"localStorage.setItem('esign_pwned',1);window.__pwned=1\">"


@tagged("post_install", "-at_install")
class TestNothingRuns(EsignHttpCase):
    """One browser that goes from page to page; what has run once is found on all later ones."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whatever can be printed: the rest is refused at sending, see test_hostile.py
        short = [text for text in (*MARKUP, *TEMPLATES) if len(text) < 190 and "\n" not in text]
        cls.short, cls.all = short, "\n".join((*MARKUP, *TEMPLATES))
        cls.company.write({"name": short[4], "esign_consent_text": cls.all})
        cls.sender.partner_id.name = short[5]
        cls.customer.name, cls.portal.partner_id.name = short[3], short[7]

    def setUp(self):
        super().setUp()
        self.open_browser()

    def open_browser(self):
        self.browser = ChromeBrowser(self)
        self.addCleanup(self.browser.stop)

    def go(self, path, ready, login=None):
        """Open a page, wait until it is drawn, and assert that nothing has run."""
        if login is not None:
            self.authenticate(login or None, login or None, browser=self.browser)
        self.env.flush_all()
        self.browser.navigate_to(urljoin(self.base_url(), path), wait_stop=True)
        drawn = f"!!document.querySelector({ready!r})"
        self.assertTrue(self.browser._wait_ready(drawn), f"{path} shows no {ready}")
        # images that fail, animations that begin and the like take a moment
        self.evaluate("new Promise((done) => setTimeout(done, 300))")
        self.assertFalse(self.evaluate(TELL), path)

    def evaluate(self, expression):
        answer = self.browser._websocket_request(
            "Runtime.evaluate",
            params={"expression": expression, "awaitPromise": True, "returnByValue": True},
        )
        return answer["result"].get("value")

    def make_loaded(self, **values):
        texts = iter(self.short * 2)
        envelope = self.make_envelope(
            [
                {"partner_id": self.portal.partner_id.id, "role": next(texts)},
                {"partner_id": self.customer.id, "role": next(texts), "step": 2, **values},
            ],
            name=self.short[0],
            message=self.all,
            allow_delegation=True,
            fields=[
                {"kind": kind, "label": next(texts), "options": [next(texts), next(texts)]}
                for kind in ("text", "multiline", "number", "checkbox", "selection")
            ],
        )
        envelope.document_ids.name = self.short[2]
        return self.send(envelope)

    def test_every_page(self):
        envelope = self.make_loaded()
        signer, second = envelope.signer_ids
        network = {"ip_address": self.short[6], "user_agent": self.all[:300]}
        network["identification"] = "link"
        with self.allow_requests(browser=self.browser):
            self.go(self.link_of(signer), ".o_esign_page_drawn canvas", login="")
            self.assertTrue(self.evaluate("document.body.innerText.includes('onerror')"))
            self.go(second._page_path(), ".o_esign_end")
            signer._ask(self.all, network)
            answer = self.sign(
                signer,
                network=network,
                values={
                    str(f.id): {"number": "1", "checkbox": True}.get(f.kind, (f.options or [""])[0])
                    for f in signer.field_ids
                },
            )
            self.assertTrue(answer["ok"], answer)
            self.run_jobs()
            for path in ("/my", "/my/to-sign", "/my/signed"):
                self.go(path, "#wrap", login=self.portal.login)
            self.go(f"/esign/verify/{envelope.reference}", "main", login="")
            second._decline(self.all, network)
            self.run_jobs()
            self.go(signer._page_path(), ".o_esign_end")
        # a browser of its own: our pages share no process with others, and DevTools loses track
        self.open_browser()
        with self.allow_requests(browser=self.browser):
            office = f"/odoo/action-odoo_esign.action_esign_envelope/{envelope.id}"
            self.go(office, ".o_form_view .o-mail-Message", login=self.sender.login)
            tabs = "[...document.querySelectorAll('.o_notebook .nav-link')]"
            for number in range(self.evaluate(f"{tabs}.length")):
                self.evaluate(f"{tabs}[{number}].click()")
                self.evaluate("new Promise((done) => setTimeout(done, 300))")
            for kind in ("kanban", "list"):
                self.go(
                    f"/odoo/action-odoo_esign.action_esign_envelope?view_type={kind}",
                    f".o_{kind}_view .o_data_row, .o_{kind}_view .o_kanban_record",
                )
            events = "/odoo/action-odoo_esign.action_esign_event"
            self.go(events, ".o_list_view .o_data_row", login=self.esign_admin.login)
            self.assertCatches()

    def assertCatches(self):
        """Assert that the tell-tale would have told."""
        self.evaluate(f"document.body.insertAdjacentHTML('beforeend', {HARMFUL!r})")
        self.evaluate(UNTIL_TOLD)
        self.assertTrue(self.evaluate(TELL))

    def test_code_page_and_quotation(self):
        envelope = self.make_envelope(
            [{"partner_id": self.customer.id, "identification": "mail_code"}], name=self.short[0]
        )
        self.send(envelope)
        with self.allow_requests(browser=self.browser):
            self.go(self.link_of(envelope.signer_ids), ".o_esign_identify", login="")
            envelope.with_user(self.sender).action_cancel()
            self.go(envelope.signer_ids._page_path(), ".o_esign_end")
