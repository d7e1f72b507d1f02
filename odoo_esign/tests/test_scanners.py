"""Mail scanners, link previews and prefetching browsers look at everything and change nothing."""

from odoo.tests import tagged

from .routes import RouteCase

# as they come: scanners of mail servers, previews of chat programs, browsers that fetch beforehand
SCANNERS = (
    {"User-Agent": "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)"},
    {"User-Agent": "BarracudaCentral/1.0", "Accept": "*/*", "Range": "bytes=0-1023"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"User-Agent": "Mozilla/5.0 Chrome/126.0", "Sec-Purpose": "prefetch;prerender"},
    {"User-Agent": "", "Accept": "", "Accept-Language": "de;q=x"},
)
LOOKING = ("GET", "HEAD", "OPTIONS")
ACTS = ("/sign", "/picture", "/decline", "/code", "/identify", "/resend", "/opened")


@tagged("post_install", "-at_install")
class TestScanners(RouteCase):
    """Each route by each method and scanner, from outside, and with the link's cookies."""

    def look_at_everything(self, signer, scanners=SCANNERS):
        """Return the statuses by path and method of many visits; assert that none wrote a row."""
        seen = {}
        routes = self.own_routes(signer)
        before = self.written_rows()
        for number, headers in enumerate(scanners):
            for route in routes:
                # all three by the first one; the others differ in what they send, not in the way
                for method in LOOKING if number == 0 else (LOOKING[number % 3],):
                    response = self.url_open(
                        route.path, method=method, headers=headers, allow_redirects=False
                    )
                    self.assertLess(response.status_code, 500, (method, route.path))
                    seen.setdefault((route.rule, method), response.status_code)
        self.assertEqual(len(seen), 3 * len(routes))
        self.assertEqual(self.written_rows(), before)
        return seen

    def assertUntouched(self, signer, state="invited"):
        self.env.invalidate_all()
        self.assertEqual(signer.state, state)
        self.assertNotIn("opened", self.codes(signer.envelope_id))
        self.assertFalse(self.env["esign.code"].search([("signer_id", "=", signer.id)]))

    def test_from_outside(self):
        signer = self.send_new().signer_ids
        mails = len(self.mails)
        self.be()
        seen = self.look_at_everything(signer)
        self.assertEqual(seen["/esign/s/<string:token>", "GET"], 303)
        self.assertUntouched(signer)
        self.run_jobs()
        self.assertEqual(len(self.mails), mails)
        page = self.page_of(self.open_link(signer))
        self.assertTrue(self.post_sign(signer, page)["ok"])

    def test_with_the_cookies_of_the_link(self):
        """A scanner that keeps cookies and follows the redirection sees the page, and no more."""
        signer = self.send_new().signer_ids
        self.page_of(self.open_link(signer))
        seen = self.look_at_everything(signer)
        self.assertEqual(seen["/esign/sign/<string:ref>", "GET"], 200)
        self.assertEqual(seen["/esign/sign/<string:ref>/document/<int:document_id>", "GET"], 200)
        for (rule, method), status in seen.items():
            if rule.endswith(ACTS):
                self.assertGreaterEqual(status, 400, (rule, method))
        self.assertUntouched(signer)

    def test_where_a_code_is_asked_for(self):
        """No code is sent because somebody looks, and none is used up."""
        signer = self.send_new(
            [{"partner_id": self.customer.id, "identification": "mail_code"}]
        ).signer_ids
        mails = len(self.mails)
        self.open_link(signer)
        self.look_at_everything(signer, SCANNERS[:2])
        self.assertUntouched(signer)
        self.run_jobs()
        self.assertEqual(len(self.mails), mails)
        self.assertFalse(signer.sudo().code_requests)

    def test_when_everything_is_signed(self):
        envelope = self.sign_all(self.send_new([self.portal.partner_id]))
        signer = envelope.signer_ids
        mails = len(self.mails)
        self.be(self.portal)
        seen = self.look_at_everything(signer, SCANNERS[:2])
        for path in ("signed/<int:document_id>", "certificate", "evidence"):
            self.assertEqual(seen[f"/esign/sign/<string:ref>/{path}", "GET"], 200, path)
        self.assertEqual(seen["/my/signed", "GET"], 200)
        self.assertUntouched(signer, "signed")
        self.run_jobs()
        self.assertEqual(len(self.mails), mails)
