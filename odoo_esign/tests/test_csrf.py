"""Posts that another website, or another visitor's page, makes a signer's browser send."""

import json

from odoo.tests import tagged

from .routes import RouteCase

ELSEWHERE = {"Origin": "https://evil.example", "Referer": "https://evil.example/form.html"}
CROSS_SITE = {**ELSEWHERE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
SIBLING = {"Origin": "https://blog.example.com", "Sec-Fetch-Site": "same-site"}


@tagged("post_install", "-at_install")
class TestCsrfOnEveryRoute(RouteCase):
    def set_the_scene(self):
        self.signer = self.send_new(
            [self.customer, {"partner_id": self.second.id, "step": 2}], allow_delegation=True
        ).signer_ids[0]

    def setUp(self):
        super().setUp()
        # of the same link, in another browser
        self.others = self.page_of(self.open_link(self.signer))["csrf_token"]
        self.own = self.page_of(self.open_link(self.signer))["csrf_token"]
        self.acting = [r for r in self.own_routes(self.signer) if r.acts]

    def json_params(self):
        """Return what every JSON route would act upon."""
        return {
            **self.consent(self.signer),
            "kind": "signature",
            "image": self.encoded_image(),
            "reason": "No",
            "question": "How?",
            "name": "Olga Other",
            "email": "olga@example.net",
        }

    def post_json(self, path, token=None, headers=(), params=None, url_args=""):
        body = {"jsonrpc": "2.0", "params": {**self.json_params(), **(params or {})}}
        if token is not None:
            body["params"]["csrf_token"] = token
        headers = {"Content-Type": "application/json", **dict(headers)}
        return self.url_open(path + url_args, data=json.dumps(body), headers=headers)

    def assertRefused(self, response, what):
        self.assertLess(response.status_code, 500, what)
        if response.status_code == 200:
            answer = response.json()
            self.assertNotIn('"ok": true', response.text, what)
            self.assertTrue("error" in answer or answer["result"]["code"] == "csrf", what)

    def test_json_routes(self):
        routes = [route for route in self.acting if route.kind == "jsonrpc"]
        self.assertGreaterEqual(len(routes), 5)
        own, others, count = self.own, self.others, 0
        before = self.written_rows()
        for route in routes:
            tries = {
                "no token": self.post_json(route.path),
                "empty": self.post_json(route.path, ""),
                "another visitor's": self.post_json(route.path, others),
                "no text": self.post_json(route.path, {"csrf_token": own}),
                "a list": self.post_json(route.path, [own]),
                "altered": self.post_json(route.path, own[:-1] + "x"),
                "without its time": self.post_json(route.path, own.rpartition("o")[0]),
                "in a header": self.post_json(route.path, headers={"X-CSRF-Token": own}),
                "in the address": self.post_json(route.path, url_args=f"?csrf_token={own}"),
                "elsewhere, none": self.post_json(route.path, headers=ELSEWHERE),
                "elsewhere, others": self.post_json(route.path, others, ELSEWHERE),
                "cross-site": self.post_json(route.path, own, CROSS_SITE),
                "sibling": self.post_json(route.path, own, SIBLING),
                "plain text": self.post_json(
                    route.path, own, {**CROSS_SITE, "Content-Type": "text/plain"}
                ),
                "a form": self.url_open(
                    route.path, data={"params": "{}", "csrf_token": own}, headers=ELSEWHERE
                ),
            }
            for what, response in tries.items():
                self.assertRefused(response, (route.rule, what))
            count += len(tries)
        self.assertGreaterEqual(count, 50)
        self.assertEqual(self.written_rows(), before)
        self.assertTrue(self.post_sign(self.signer, {"csrf_token": own, "urls": self.urls()})["ok"])

    def urls(self):
        return {"sign": f"{self.signer._page_path()}/sign"}

    def test_form_routes(self):
        routes = [r for r in self.acting if r.kind == "http" and not r.rule.startswith("/my/")]
        self.assertGreaterEqual(len(routes), 3)
        own, others, count = self.own, self.others, 0
        before = self.written_rows()
        for route in routes:
            for what, values, headers in (
                ("no token", {}, {}),
                ("empty", {"csrf_token": ""}, {}),
                ("another visitor's", {"csrf_token": others}, {}),
                ("altered", {"csrf_token": own[:-1] + "x"}, {}),
                ("odd", {"csrf_token": "é\udc80".encode("utf-8", "surrogateescape")}, {}),
                ("too long", {"csrf_token": own * 200}, {}),
                ("twice", {"csrf_token": [others, own]}, {}),
                ("in a header", {}, {"X-CSRF-Token": own}),
                ("elsewhere, none", {}, ELSEWHERE),
                ("elsewhere, others", {"csrf_token": others}, ELSEWHERE),
                ("cross-site", {"csrf_token": own}, CROSS_SITE),
                ("sibling", {"csrf_token": own}, SIBLING),
            ):
                # what the routes would act upon
                values = {"method": "mail_code", "code": "123456", **values}
                response = self.url_open(
                    route.path, data=values, headers=headers, allow_redirects=False
                )
                self.assertIn(response.status_code, (400, 403, 405), (route.rule, what))
                count += 1
            response = self.url_open(
                f"{route.path}?csrf_token={others}", data={"method": "x"}, allow_redirects=False
            )
            self.assertIn(response.status_code, (400, 403), route.rule)
            response = self.post_json(route.path, own)
            self.assertIn(response.status_code, (400, 403, 404, 415), route.rule)
            count += 2
        self.assertGreaterEqual(count, 50)
        self.assertEqual(self.written_rows(), before)

    def test_portal_routes(self):
        self.be(self.portal)
        before = self.written_rows()
        for route in self.acting:
            if route.rule.startswith("/my/"):
                for values in ({}, {"csrf_token": self.own}, {"csrf_token": "x"}):
                    response = self.url_open(
                        route.path, data={"x": "y", **values}, allow_redirects=False
                    )
                    self.assertEqual(response.status_code, 400, route.rule)
        self.assertEqual(self.written_rows(), before)

    def test_session_and_address_of_two_people(self):
        """The address without its cookie, or with the cookie of another signer's address."""
        other = self.send_new([self.third]).signer_ids
        routes = [
            route
            for route in self.own_routes(self.signer)
            if "<string:ref>" in route.rule and not route.rule.endswith(("<string:ref>", "/resend"))
        ]
        for visitor in ("nobody", "another"):
            if visitor == "nobody":
                self.be()
                token = self.own
            else:
                page = self.page_of(self.open_link(other))
                token = page["csrf_token"]
                value = next(
                    c.value for c in self.opener.cookies if c.name == f"esign_{other.access_ref}"
                )
                self.opener.cookies.set(
                    f"esign_{self.signer.access_ref}", value, domain="127.0.0.1", path="/"
                )
            before = self.written_rows()
            for route in routes:
                if route.acts and route.kind == "jsonrpc":
                    answer = self.post_json(route.path, token).json()["result"]
                    self.assertEqual((answer["ok"], answer["code"]), (False, "revoked"), route.rule)
                elif route.acts:
                    values = {"csrf_token": token, "method": "mail_code", "code": "1"}
                    response = self.url_open(route.path, data=values, allow_redirects=False)
                    self.assertIn(response.status_code, (303, 400), route.rule)
                else:
                    response = self.url_open(route.path, allow_redirects=False)
                    self.assertEqual(response.status_code, 404, route.rule)
                    self.assertNotIn(b"%PDF", response.content)
            self.assertEqual(self.written_rows(), before)
