"""States of the public pages that few people see, checked for barriers at both widths."""

import tempfile
from pathlib import Path

from ..models.esign_signer_identify import MAX_TRIES_EVER
from ..models.guard import unlocked
from .common import EsignHttpCase
from .page_browser import page_browser

WIDTHS = ((1280, 800), (360, 740))
SETTLED = "new Promise((done) => setTimeout(done, 300))"  # the page has taken up its new width


class TestSeldomStates(EsignHttpCase):
    browser_size = "1280x800"

    def check(self, browser, state, selector, path=None):
        """Wait for a state, of the page that is open or of another, and check it at both widths."""
        if path:
            browser.open(path)
        browser.wait(selector)
        for width, height in WIDTHS:
            browser.size(width, height)
            browser.evaluate(SETTLED)
            browser.check(f"{width}: {state}")

    def test_before_it_is_shown(self):
        """No link any more, no tries left, and a device that is about to be handed over."""
        agreed = {"second_identification": "access_code", "access_code": "BlueWhale7"}
        withdrawn, own, late, locked = (
            self.send_new([{"partner_id": person.id, **values}])
            for person, values in (
                (self.customer, {}),
                (self.customer, {}),
                (self.third, {}),
                (self.second, {"identification": "mail_code", **agreed}),
            )
        )
        replaced, link = self.link_of(late.signer_ids), self.link_of(locked.signer_ids)
        withdrawn.with_user(self.sender).action_cancel()
        late.signer_ids.with_user(self.sender).action_resend()
        self.run_jobs()
        unlocked(locked.signer_ids).code_tries = MAX_TRIES_EVER
        hand = self.rpc(self.sender, "esign.signer", "action_sign_here", own.signer_ids.ids)["url"]
        with page_browser(self, self.sender.login) as browser:
            self.check(browser, "hand over", "[data-code=hand] form", hand)
            cancelled = withdrawn.signer_ids._page_path()
            self.check(browser, "withdrawn", "[data-code=cancelled]", cancelled)
            no_link = own.signer_ids._page_path()
            self.check(browser, "without the link", "[data-code=login] form", no_link)
            self.check(browser, "replaced link", "[data-code=revoked]", replaced)
            self.check(browser, "locked out", "[data-state=locked] [role=alert]", link)

    def test_while_it_is_shown(self):
        """Approver and viewer, what was asked, handed on; initials, a saved signature."""
        approver = {"partner_id": self.portal.partner_id.id, "action": "approve"}
        viewer = {"partner_id": self.second.id, "action": "view"}
        place = {"kind": "text", "label": "Place"}
        shown = self.send_new(
            [self.customer, approver, viewer],
            allow_delegation=True,
            fields=[place, {"kind": "signature", "label": "Signature"}],
        )
        customer, approving, viewing = (
            self.link_of(shown.signer_ids.filtered(lambda s, p=person: s.partner_id == p))
            for person in (self.customer, self.portal.partner_id, self.second)
        )
        with page_browser(self) as browser:
            self.check(browser, "approver", ".o_esign_page_drawn canvas", approving)
            self.check(browser, "viewer", ".o_esign_reader_bar p", viewing)
            browser.open(customer)
            browser.click(".o_esign_ask")
            browser.fill("#o_esign_question", "Is delivery included?")
            browser.click(".o_esign_ask_confirm")
            self.check(browser, "asked", ".o_esign_modal:has(.o_esign_ask_sent) h2:focus")
            browser.click(".o_esign_modal_close")
            browser.click(".o_esign_next")
            self.check(browser, "consent is asked for", "input[name=consent]:focus")
            # who goes on without having done it is told what is missing
            browser.click(".o_esign_next")
            missing = "input[name=consent]:focus[aria-invalid=true]"
            self.check(browser, "consent is missing", missing)
            browser.click("input[name=consent]")
            browser.wait("#o_esign_consent_error:empty")
            for wanted in ("input:focus:not([aria-invalid])", "input:focus[aria-invalid=true]"):
                browser.click(".o_esign_next")
                browser.wait(f"[data-kind=text] {wanted}")
            self.check(browser, "a field is missing", "[data-kind=text] .o_esign_field_error")
            browser.insert("Prague")
            browser.wait("[data-kind=text]:not(:has(.o_esign_field_error))")
            browser.click(".o_esign_delegate")
            for name, text in (("name", "Olga"), ("email", "olga@example.com"), ("reason", "Hers")):
                browser.fill(f"#o_esign_other_{name}", text)
            browser.click(".o_esign_delegate_confirm")
            self.check(browser, "handed on", ".o_esign_end[data-state=delegated]")

    def test_nothing_to_draw_with(self):
        """Without a line the dialog opens all the same: one types, or draws when it is back."""
        styles = "document.querySelectorAll('.o_esign_style').length"
        link = self.link_of(self.send_new().signer_ids)
        with page_browser(self) as browser:
            browser.call("Network.setBlockedURLs", urls=["*signature_pad*", "*.ttf", "*.woff2"])
            browser.open(link)
            browser.wait(".o_esign_page_drawn canvas")
            browser.click("[data-kind=signature] button")
            browser.click("[data-tab=draw]")
            self.check(browser, "nothing to draw with", ".o_esign_draw_hint[role=status]")
            browser.click("[data-tab=type]")
            browser.wait(".o_esign_style img")
            self.assertEqual(browser.evaluate(styles), 1)
            browser.click("[data-tab=draw]")
            browser.call("Network.setBlockedURLs", urls=[])
            browser.wait(".o_esign_draw_hint[aria-hidden]")
            browser.click("[data-tab=type]")
            browser.wait_for(f"{styles} > 1")

    def test_after_signing(self):
        """The files of a participant, and what the check page says of them."""
        envelope = self.send_new([self.portal.partner_id])
        signer = envelope.signer_ids
        self.sign_all(envelope)
        reference = envelope.reference
        with tempfile.TemporaryDirectory() as folder, page_browser(self, self.portal.login) as page:
            path = Path(folder) / "signed.pdf"
            path.write_bytes(envelope.document_ids._read_pdf("sealed"))
            self.check(page, "completed", ".o_esign_file", signer._page_path())
            self.check(page, "by number", ".o_esign_report", f"/esign/verify/{reference}")
            self.check(page, "unknown", ".o_esign_notice", "/esign/verify/AAAAA-AAAAA-AAAAA-AAAAA")
            for name, add in (("genuine", b""), ("changed", b"\n% more\n")):
                path.write_bytes(path.read_bytes() + add)
                page.open("/esign/verify")
                page.choose_file("#esign_pdf", path)
                page.wait(".o_esign_report")
                page.evaluate(
                    "document.querySelectorAll('details').forEach((el) => (el.open = true))"
                )
                self.check(page, name, ".o_esign_report")
