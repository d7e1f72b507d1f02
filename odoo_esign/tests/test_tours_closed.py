"""Every closed page in a real browser: what it says, and that nothing is in anybody's way."""

from unittest.mock import patch

from .common import EsignHttpCase
from .page_browser import page_browser

# what `esign.signer` gives as the reason why somebody can't act, and what became of a dead link
CLOSED = (
    *("cancelled", "declined", "expired", "released", "handed_on"),
    *("not_your_turn", "revised", "revoked", "passed_on", "link_over", "session_over"),
)


class TestClosed(EsignHttpCase):
    browser_size = "1280x800"

    def test_closed_texts(self):
        """Each reason for a closed page has a title and a sentence of its own, and no barrier."""
        signer = self.send_new([self.second]).signer_ids
        link, said = self.link_of(signer), {}
        with page_browser(self) as browser:
            for width in (1280, 360):
                browser.size(width, 740)
                for code in CLOSED:
                    with patch.object(type(signer), "_obstacle", lambda _signer, code=code: code):
                        browser.open(link)
                        browser.wait(f"[data-code={code}] h1")
                        browser.check(f"{width}: {code}")
                        said[code] = browser.evaluate("document.querySelector('main').innerText")
                    self.assertNotIn("This link does not work", said[code])
                    self.assertNotIn("can't be signed now", said[code])
        self.assertEqual(len(set(said.values())), len(CLOSED))

    def test_ends_while_somebody_waits(self):
        """Who has signed and has the page open is told, and not left waiting for a copy."""
        envelope = self.send_new([self.customer, self.second])
        signer = envelope.signer_ids[0]
        self.sign(signer)
        with page_browser(self) as browser:
            browser.open(self.link_of(signer))
            browser.wait(".o_esign_end[data-state=signed] .o_esign_spinner")
            with browser.meanwhile():
                envelope.with_user(self.sender).action_cancel()
            browser.wait(".o_esign_end[data-state=closed] .o_esign_write")
            browser.check("withdrawn meanwhile")
            said = browser.evaluate("document.querySelector('main').innerText")
        self.assertIn("This request was withdrawn", said)
        self.assertIn("Your signature stays on record", said)
