"""The signing page in other languages than the one in which it was drawn: longer, and mirrored."""

import base64

from .common import EsignHttpCase
from .page_browser import page_browser

PHONE = (390, 844)
PLACES = (
    {"kind": "text", "label": "First", "left": 72, "right": 252, "top": 600, "bottom": 580},
    {"kind": "number", "label": "Second", "left": 340, "right": 520, "top": 600, "bottom": 580},
    {"kind": "name", "left": 72, "right": 272, "top": 500, "bottom": 480},
    {"kind": "signature", "left": 72, "right": 272, "top": 400, "bottom": 340},
)
CUT = """((el) => el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1)
    (document.querySelector(".o_esign_sign_prompt"))"""
ERROR = "document.querySelector('.o_esign_field_error').getBoundingClientRect()"
KINDS = "[...document.querySelectorAll('.o_esign_field')].map((el) => el.dataset.kind).join()"
# how far the letters of the name are from the right edge of their place
NAME_TO_RIGHT = """(() => {
    const place = document.querySelector("[data-kind=name]");
    const range = document.createRange();
    range.selectNodeContents(place.querySelector("[dir]"));
    return place.getBoundingClientRect().right - range.getBoundingClientRect().right;
})()"""


class TestLanguages(EsignHttpCase):
    browser_size = "390x844"

    def speak(self, partner, code, name=None):
        self.env["res.lang"]._activate_lang(code)
        self.env.ref("base.module_odoo_esign")._update_translations([code])
        partner.write({"lang": code, **({"name": name} if name else {})})

    def test_long_words(self):
        """German on a phone, with a signature that was saved: nothing is cut off."""
        self.speak(self.portal.partner_id, "de_DE")
        saved = self.env["esign.saved.image"].create(
            {"user_id": self.portal.id, "kind": "signature"}
        )
        saved._secret_set("image", base64.b64decode(self.encoded_image()))
        signer = self.send_new([self.portal.partner_id], fields=PLACES).signer_ids
        with page_browser(self, self.portal.login) as browser:
            browser.size(*PHONE)
            browser.open(signer._page_path())
            browser.wait(".o_esign_page_drawn canvas")
            self.assertFalse(browser.evaluate(CUT), "Hier unterschreiben")
            browser.fill("[data-kind=number] input", "viele")
            browser.press("Tab")
            browser.wait("[data-kind=number] .o_esign_field_error")
            self.assertLessEqual(browser.evaluate(f"{ERROR}.right"), PHONE[0])
            for width in (PHONE[0], 320):
                browser.size(width, PHONE[1])
                browser.click("[data-kind=signature] button")
                browser.wait("[data-tab=saved][aria-selected=true]")
                browser.check(f"{width}: four ways to sign")
                browser.click(".o_esign_modal_close")

    def test_from_right_to_left(self):
        """In Arabic the right one of two neighbours comes first; a name begins on the right."""
        self.speak(self.customer, "ar_001", "ليلى حداد")
        signer = self.send_new([self.customer], fields=PLACES).signer_ids
        with page_browser(self) as browser:
            browser.size(*PHONE)
            browser.open(self.link_of(signer))
            browser.wait(".o_esign_page_drawn canvas")
            self.assertEqual(browser.evaluate(KINDS), "number,text,name,signature")
            self.assertLess(browser.evaluate(NAME_TO_RIGHT), 10)
            self.assertFalse(browser.evaluate(CUT))
