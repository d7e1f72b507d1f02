"""What stands between a participant and the server: proxies, caches, and forged heads."""

import re

from odoo.tests import tagged

from .routes import RouteCase

EVIL = "evil.example"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Server": EVIL,
    "Forwarded": f"host={EVIL};proto=https",
    "X-Original-URL": f"https://{EVIL}/x",
    "Referer": f"https://{EVIL}/",
}
# for everybody, the same for all
PUBLIC = ("/esign/verify/root/", "/esign/trust/", "/odoo_esign/pdfjs/")


@tagged("post_install", "-at_install")
class TestProxies(RouteCase):
    def test_nothing_is_kept_on_the_way(self):
        """Whatever an address answers, a refusal too, is for this visitor and this moment."""
        envelope = self.sign_all(self.send_new([self.customer]))
        signer = envelope.signer_ids
        waiting = self.send_new([self.second]).signer_ids
        for visitor in (None, signer, waiting):
            self.be()
            if visitor:
                self.open_link(visitor)
            for route in self.own_routes(visitor or signer):
                if route.acts or route.path.startswith(("/my/", *PUBLIC)):
                    continue
                for path in (route.path, f"{route.path}/x", f"{route.path}%2e"):
                    response = self.url_open(path, allow_redirects=False)
                    what = (path, response.status_code)
                    kept = response.headers.get("Cache-Control", "")
                    self.assertNotIn("public", kept, what)
                    self.assertNotRegex(kept, r"max-age=[1-9]", what)
                    if path == route.path and response.status_code != 404:
                        self.assertIn("no-store", kept, what)
                        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer", what)
                        self.assertEqual(
                            response.headers["X-Content-Type-Options"], "nosniff", what
                        )

    def test_forged_heads_lead_nowhere(self):
        """Neither the pages nor what they cause to be mailed name a host that a head named."""
        signer = self.send_new([self.customer]).signer_ids
        token = self.token_of(signer)
        response = self.url_open(f"/esign/s/{token}", headers=FORGED, allow_redirects=False)
        where = response.headers["Location"]
        self.assertTrue(where.startswith((signer._page_path(), self.base_url())), where)
        for path in (signer._page_path(), "/esign/verify", "/esign/trust"):
            response = self.url_open(path, headers=FORGED)
            self.assertEqual(response.status_code, 200)
            self.assertNotIn(EVIL, response.text, path)
            for value in response.headers.values():
                self.assertNotIn(EVIL, value)
        self.be()
        closed = self.url_open(signer._page_path(), headers=FORGED)
        token = re.search(r'name="csrf_token" value="(\w+)"', closed.text)[1]
        mails = len(self.mails)
        self.url_open(
            f"{signer._page_path()}/resend", data={"csrf_token": token}, headers={
                name: value for name, value in FORGED.items() if name != "Referer"
            },
        )  # fmt: skip
        self.run_jobs()
        self.assertEqual(len(self.mails), mails + 1)
        self.assertNotIn(EVIL, str(self.mails[-1]))
        self.assertNotIn(EVIL, self.body_of(self.mails[-1]))

    def test_the_link_is_in_no_page(self):
        """The secret ends with the redirection: neither page, nor script, nor head has it."""
        signer = self.send_new([self.customer]).signer_ids
        token = self.token_of(signer)
        self.url_open(f"/esign/s/{token}")
        for route in self.own_routes(signer):
            if not route.acts and token not in route.path:
                response = self.url_open(route.path)
                self.assertNotIn(token.encode(), response.content, route.rule)
                self.assertNotIn(token, str(response.headers), route.rule)
