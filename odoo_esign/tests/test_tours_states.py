"""Every state of the public pages in a real browser: no barrier, nothing from elsewhere."""

import base64
import re
from datetime import timedelta

from odoo import fields
from odoo.addons.sms.tests.common import MockSMS

from .common import EsignHttpCase, make_pdf
from .page_browser import page_browser

PLACES = (
    {"kind": "text", "label": "Place"},
    {"kind": "number", "label": "Amount", "required": False},
    {"kind": "multiline", "label": "Remarks", "required": False},
    {"kind": "checkbox", "label": "Newsletter", "required": False},
    {"kind": "selection", "label": "Payment", "options": ["In advance", "30 days"]},
    {"kind": "strikethrough", "label": "Strike clause 4", "required": False},
    {"kind": "initials", "label": "Initials"},
    {"kind": "name"},
    {"kind": "date"},
    {"kind": "signature", "label": "Signature", "left": 300, "right": 480},
)

WIDTHS = ((1280, 800), (360, 740))
MOST_DRAWN = 16  # canvases at a time; on a phone the pages are small
SIDE_IS_LEFT = """document.querySelector(".o_esign_side").getBoundingClientRect().right
    < document.querySelector(".o_esign_page").getBoundingClientRect().left"""
# the last letter of a text, if it stands to the right of the one before
ENDS_RIGHT = """(() => {{
    const text = document.querySelector("{}").firstChild;
    const left = (at) => {{
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().left;
    }};
    const last = text.data.length - 1;
    return left(last) > left(last - 1) ? text.data[last] : "";
}})()"""
# buttons and headings of the page itself with Latin words on them
LATIN = """[...document.querySelectorAll("button, h2, dt, label")]
    .filter((el) => !el.closest(".o_esign_field, .o_esign_tasks, .o_esign_document_head"))
    .map((el) => el.innerText.trim()).filter((text) => /[A-Za-z]{3}/.test(text))"""


class TestStates(EsignHttpCase, MockSMS):
    browser_size = "1280x800"

    def send_fields(self, **values):
        return self.send(self.make_envelope(fields=PLACES, allow_delegation=True, **values))

    def send_twice(self, send):
        """Return an envelope for each width, and the links that went out."""
        envelopes, links = [], []
        for _size in WIDTHS:
            envelopes.append(send())
            links.append(self.link_of(envelopes[-1].signer_ids))
        return envelopes, links

    def sign_by_hand(self, browser, *kinds):
        """Sign with the mouse, everything filled in."""
        browser.click(".o_esign_consent input[name=consent]")
        for kind in ("signature", *kinds):
            browser.click(f"[data-kind={kind}] button")
            browser.click("[data-tab=type]")
            browser.wait(".o_esign_style img")
            browser.click(".o_esign_adopt")
            browser.wait("body:not(:has(.o_esign_modal))")

    def test_states(self):
        """First screen, fields, dialogs, errors and end, on a desktop and at 400 % zoom."""
        envelope = self.send_fields()
        link = self.link_of(envelope.signer_ids)
        with page_browser(self) as browser:
            for width, height in ((1280, 800), (320, 256)):
                browser.size(width, height)
                browser.open(link)
                browser.wait(".o_esign_page_drawn canvas")
                browser.check(f"{width}: first screen")
                for name in ("decline", "delegate", "ask"):
                    browser.click(f".o_esign_{name}")
                    browser.click(f".o_esign_{name}_confirm")
                    browser.wait(".o_esign_modal .o_esign_error:not(:empty)")
                    browser.wait(".o_esign_modal :focus[aria-invalid=true][aria-describedby]")
                    browser.check(f"{width}: {name}")
                    browser.click(".o_esign_modal_close")
                browser.click(".o_esign_find_open")
                browser.fill(".o_esign_find_text", "AGREEMÉNT")
                browser.wait(".o_esign_find_next:enabled")
                browser.check(f"{width}: found")
                self.assertTrue(browser.evaluate("CSS.highlights.get('esign-current').size"))
                browser.press("Escape")
                browser.wait("body:not(:has(.o_esign_find))")
                browser.click("[data-kind=signature] button")
                for tab in ("draw", "type", "upload"):
                    browser.click(f"[data-tab={tab}]")
                    browser.check(f"{width}: signature, {tab}")
                browser.click(".o_esign_modal_close")
            browser.click(".o_esign_decline")
            browser.fill("#o_esign_reason", "Too late for us")
            browser.click(".o_esign_decline_confirm")
            browser.wait(".o_esign_end[data-state=declined]")
            browser.check("declined")

    def test_before_scripts(self):
        """Who asks for what can be read before any script has come, and stays where it is."""
        envelope = self.send_fields()
        # read before: the page asks for the document while this goes on, in the same transaction
        link, name = self.link_of(envelope.signer_ids), envelope.name
        box = "JSON.stringify(document.querySelector('.o_esign_intro h1').getBoundingClientRect())"
        with page_browser(self) as browser:
            browser.call("Network.enable")
            for width, height in WIDTHS:
                browser.size(width, height)
                browser.call("Network.setBlockedURLs", urls=["*assets_signing*.js*"])
                browser.open(link)
                browser.wait(".o_esign_first .o_esign_intro_said h1")
                self.assertIn(name, browser.evaluate("document.body.innerText"))
                browser.check(f"{width}: before the scripts")
                place = browser.evaluate(box)
                browser.call("Network.setBlockedURLs", urls=[])
                browser.open(link)
                browser.wait(".o_esign_page_drawn canvas")
                browser.wait("body:not(:has(.o_esign_first))")
                self.assertEqual(browser.evaluate(box), place)
                said = browser.evaluate("document.querySelectorAll('.o_esign_intro_said').length")
                self.assertEqual(said, 1)

    def test_keys_alone(self):
        """Somebody without a mouse fills in and signs."""
        envelope = self.send_fields()
        signer = envelope.signer_ids
        with page_browser(self) as browser:
            browser.open(self.link_of(signer))
            browser.wait(".o_esign_page_drawn canvas")
            browser.tab_to(".o_esign_next", 80)
            browser.press("Enter")
            browser.wait("input[name=consent]:focus")
            browser.press(" ")
            browser.tab_to(".o_esign_next")
            browser.press("Enter")
            browser.wait("[data-kind=text] input:focus")
            browser.insert("Prague")
            browser.tab_to("[data-kind=selection] select")
            browser.press("ArrowDown")
            browser.press("ArrowDown")
            for kind in ("initials", "signature"):
                browser.tab_to(f"[data-kind={kind}] button")
                browser.press("Enter")
                browser.tab_to(".o_esign_modal [role=tab][aria-selected=true]")
                browser.wait("[data-tab=type][aria-selected=true]")
                browser.wait(".o_esign_style img")
                browser.check(f"{kind} by keys")
                browser.tab_to(".o_esign_adopt")
                browser.press("Enter")
                browser.wait("body:not(:has(.o_esign_modal))")
            browser.check("filled in")
            browser.tab_to(".o_esign_finish", 80)
            browser.press("Enter")
            browser.wait(".o_esign_end[data-state=signed] h1:focus")
            browser.check("signed")
        self.env.invalidate_all()
        values = signer.signature_ids.values
        self.assertIn("Prague", values.values())
        self.assertIn("30 days", values.values())

    def test_connection_is_lost(self):
        """What was entered stays, and the signature arrives once when the line is back."""
        envelopes, links = self.send_twice(self.send_fields)
        with page_browser(self) as browser:
            for size, link in zip(WIDTHS, links, strict=True):
                browser.size(*size)
                browser.open(link)
                self.lose_connection(browser)
        for envelope in envelopes:
            self.assertEqual(self.codes(envelope).count("signed"), 1)
            self.assertEqual(len(envelope.signature_ids), 1)

    def lose_connection(self, browser):
        """Fill in, load again, sign without a connection, and get it back."""
        browser.wait(".o_esign_page_drawn canvas")
        browser.fill("[data-kind=text] input", "Brno")
        browser.evaluate("window.before = true; location.reload()")
        browser.wait_for("!window.before && document.querySelector('.o_esign_page_drawn canvas')")
        browser.wait("[data-kind=text] input")
        self.assertEqual(
            browser.evaluate("document.querySelector('[data-kind=text] input').value"), "Brno"
        )
        browser.evaluate(
            "(() => { const el = document.querySelector('select'); el.value = '30 days';"
            " el.dispatchEvent(new Event('change')); })()"
        )
        self.sign_by_hand(browser, "initials")
        browser.connect(False)
        browser.click(".o_esign_finish")
        browser.wait(".o_esign_hint.o_esign_waiting")
        browser.check("no connection")
        browser.click(".o_esign_finish")  # impatient
        browser.connect(True)
        browser.wait(".o_esign_end[data-state=signed]")
        self.assertNotIn(
            "odoo_esign", browser.evaluate("Object.keys(sessionStorage).join()"), "drafts stay"
        )

    def test_other_direction(self):
        """The page mirrors where the language runs from right to left; each text keeps its own."""
        for code in ("ar_001", "he_IL"):
            self.env["res.lang"]._activate_lang(code)
        self.env.ref("base.module_odoo_esign")._update_translations(["ar_001"])
        self.customer.lang, self.second.lang = "ar_001", "he_IL"
        envelope = self.send_fields(
            signers=[self.customer, self.second], name="Contract 17 (v2.1)", message="Here it is."
        )
        arabic, hebrew = envelope.signer_ids
        with page_browser(self) as browser:
            for width in (1280, 360):
                browser.size(width, 740)
                browser.open(self.link_of(arabic))
                browser.wait(".o_esign_page_drawn canvas")
                browser.check(f"{width}: right to left")
                self.assertEqual(browser.evaluate(ENDS_RIGHT.format(".o_esign_intro h1")), ")")
                self.assertEqual(browser.evaluate(ENDS_RIGHT.format("blockquote")), ".")
                self.assertFalse(browser.evaluate(ENDS_RIGHT.format(".o_esign_ask")))
                self.assertEqual(browser.evaluate(LATIN), [], "texts that are not translated")
            browser.size(1280, 740)
            browser.open(self.link_of(hebrew))
            browser.wait(".o_esign_page_drawn canvas")
            self.assertTrue(browser.evaluate(SIDE_IS_LEFT))
            # not translated into Hebrew: English, but not "?Questions"
            self.assertEqual(browser.evaluate(ENDS_RIGHT.format(".o_esign_ask")), "?")

    def test_closed(self):
        """Links that lead nowhere (any more), the question who it is, and the checking page."""
        coded = self.send_new([{"partner_id": self.second.id, "identification": "mail_code"}])
        late = self.send_new([self.third], date_deadline=fields.Datetime.now() + timedelta(days=1))
        link = self.link_of(late.signer_ids)
        self.env.cr.execute(
            "UPDATE esign_envelope SET date_deadline = now() AT TIME ZONE 'UTC' - interval '1 hour'"
            " WHERE id = %s",
            [late.id],
        )
        self.env.invalidate_all()
        with page_browser(self) as browser:
            for width in (1280, 360):
                browser.size(width, 740)
                browser.open(link)
                browser.wait("[data-code=expired] h1")
                browser.check("expired")
                browser.open("/esign/s/nothing-that-was-ever-given-out")
                browser.wait("[data-code=invalid] h1")
                browser.check("invalid")
                browser.open(self.link_of(coded.signer_ids))
                browser.wait("[data-code=identify] button")
                browser.check("code is offered")
                browser.open("/esign/verify")
                browser.wait("#esign_pdf")
                browser.check("checking")
                browser.open("/esign/trust")
                browser.wait("h1")
                browser.check("trust")

    def test_portal(self):
        """The lists of somebody with a login, and the page of their saved signature."""
        waiting, signed = (self.send_new([self.portal.partner_id]) for _number in range(2))
        self.sign(signed.signer_ids)
        self.env["esign.saved.image"]._keep(self.portal, signed.signer_ids, ["signature"])
        pages = {
            "/my/to-sign": f"a[href='{waiting.signer_ids._page_path()}']",
            "/my/signed": f"a[href='{signed.signer_ids._page_path()}']",
            "/my/signature": "main img",
        }
        with page_browser(self, self.portal.login) as browser:
            for width in (1280, 360):
                browser.size(width, 740)
                for path, ours in pages.items():
                    browser.open(path)
                    browser.wait(ours)
                    browser.check(f"{width}: {path}", "main")

    def test_code_by_mail(self):
        def read_messages():
            mails = reversed(self.mails_to(self.second.email))
            return " ".join(self.body_of(mail) for mail in mails)

        self.enter_codes("mail_code", read_messages)

    def test_code_by_sms(self):
        self.second.write({"phone": "+420 777 123 456"})
        with self.mockSMSGateway():
            self.enter_codes("sms_code", lambda: self._sms[-1]["body"])

    def enter_codes(self, identification, read_message):
        person = {"partner_id": self.second.id, "identification": identification}
        envelopes, links = self.send_twice(lambda: self.send_new([dict(person)]))
        with page_browser(self) as browser:
            for size, link in zip(WIDTHS, links, strict=True):
                browser.size(*size)
                browser.open(link)
                self.enter_code(browser, read_message)
        self.env.invalidate_all()
        for envelope in envelopes:
            self.assertEqual(envelope.signature_ids.identification, f"link+{identification}")

    def enter_code(self, browser, read_message):
        """Ask for a code, mistype it, enter it, and sign."""
        browser.click("[data-code=identify] form button")
        browser.wait("#o_esign_code")
        with browser.meanwhile():
            self.run_jobs()
            code = re.search(r"\b\d{6}\b", read_message())[0]
        browser.check("code is asked for")
        browser.fill("#o_esign_code", "000000" if code != "000000" else "111111")
        browser.press("Enter")
        browser.wait(".o_esign_identify_refusal")
        browser.check("wrong code")
        browser.open(browser.evaluate("location.pathname"))  # from a tab that was put away
        browser.fill("#o_esign_code", code)
        browser.press("Enter")
        browser.wait(".o_esign_page_drawn canvas")
        self.sign_by_hand(browser)
        browser.click(".o_esign_finish")
        browser.wait(".o_esign_end[data-state=signed]")

    def test_two_hundred_pages(self):
        """Only pages near the window are drawn; the rest waits."""
        envelope = self.make_envelope()
        envelope.document_ids.with_user(self.sender).upload = base64.b64encode(
            make_pdf("Long agreement", pages=200)
        )
        self.send(envelope)
        link = self.link_of(envelope.signer_ids)
        with page_browser(self) as browser:
            for size in WIDTHS:
                browser.size(*size)
                browser.open("about:blank")
                browser.open(link)
                browser.wait(".o_esign_page_drawn canvas")
                self.assertEqual(
                    browser.evaluate("document.querySelectorAll('.o_esign_page').length"), 201
                )
                for page in (40, 120, 199):
                    browser.evaluate(
                        f"document.querySelectorAll('.o_esign_page')[{page}].scrollIntoView()"
                    )
                    browser.wait(f".o_esign_page_drawn[data-page='{page}'] canvas")
                    drawn = browser.evaluate("document.querySelectorAll('canvas').length")
                    self.assertLessEqual(drawn, MOST_DRAWN, "pages are kept that nobody sees")
                browser.check("far down")
