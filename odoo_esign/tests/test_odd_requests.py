"""Three hundred requests as no page sends them, to every route: refused in order, no error 500."""

import json
import random

from odoo.tests import tagged

from .hostile import STRINGS
from .routes import RouteCase

SEED = 19
ODD = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    -(2**63),
    10**400,
    float("nan"),
    float("inf"),
    "",
    " ",
    "0",
    "-1",
    [],
    [[]],
    [None],
    {},
    {"": {}},
    {"a": [1, {"b": None}]},
    [["x"] * 50] * 50,
    "x" * 200_000,
    "\0",
    "\ud800",
)
NAMES = (
    "consent",
    "consent_version",
    "signature",
    "values",
    "reading",
    "context",
    "client_key",
    "reason",
    "question",
    "name",
    "email",
    "phone",
    "kind",
    "image",
    "picture",
    "method",
    "code",
    "ref",
    "token",
    "document_id",
    "csrf_token",
    "kwargs",
    "args",
    "lang",
    "db",
    "session_id",
    "uid",
    "__class__",
    "_rest",
    "",
)


@tagged("post_install", "-at_install")
class TestOddRequests(RouteCase):
    def set_the_scene(self):
        self.signer = self.send_new(
            fields=[{"kind": "text"}, {"kind": "number"}], allow_delegation=True
        ).signer_ids

    def setUp(self):
        super().setUp()
        self.dice = random.Random(SEED)
        self.page = self.page_of(self.open_link(self.signer))
        self.routes = self.own_routes(self.signer)

    def odd(self, depth=0):
        """Return a value of any kind."""
        kind = self.dice.randrange(6)
        if kind == 0 and depth < 4:
            return [self.odd(depth + 1) for _number in range(self.dice.randrange(4))]
        if kind == 1 and depth < 4:
            return {self.dice.choice(NAMES): self.odd(depth + 1) for _number in range(3)}
        return self.dice.choice(STRINGS if kind == 2 else ODD)

    def odd_params(self):
        """Return what a page posts with some of it missing, of another type, or too much."""
        params = {
            **self.consent(self.signer),
            "kind": "signature",
            "image": self.encoded_image(),
            "reason": "No",
            "question": "How?",
            "name": "Olga",
            "email": "olga@example.net",
        }
        for _change in range(self.dice.randrange(1, 6)):
            place = params
            while isinstance(inner := place.get(self.dice.choice(NAMES)), dict):
                place = inner
            name = self.dice.choice([*place, *NAMES])
            if self.dice.random() < 0.3:
                place.pop(name, None)
            else:
                place[name] = self.odd()
        # nothing is to be signed, declined or handed on here: one of each is always wrong
        params.pop("consent", None)
        params["reason"] = self.dice.choice([None, [], {}, 7, " ", "\0"])
        return params

    def assertOrderly(self, response, what):
        self.assertLess(response.status_code, 500, what)
        self.assertNotIn("Traceback (most", response.text, what)

    def test_json_routes(self):
        routes = [r for r in self.routes if r.kind == "jsonrpc"]
        for number in range(150):
            route = routes[number % len(routes)]
            params = self.odd_params()
            if number % 5:
                params["csrf_token"] = self.page["csrf_token"]
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "params": params})
            response = self.url_open(
                route.path, data=body, headers={"Content-Type": "application/json"}
            )
            self.assertOrderly(response, body[:300])
            self.assertNotIn("error", response.json(), body[:300])
            answer = response.json()["result"]
            if route.path.endswith(("/sign", "/decline", "/delegate")):
                self.assertFalse(answer["ok"], body[:300])
            if not answer["ok"]:
                self.assertTrue(answer["message"] and answer["code"], body[:300])
        self.assertIn(self.signer.state, ("invited", "opened"))
        self.assertFalse(self.signer.envelope_id.signature_ids)
        self.assertFalse(self.signer.envelope_id._verify_log())

    def test_form_routes(self):
        routes = [r for r in self.routes if r.kind == "http" and "POST" in r.methods]
        before = self.signer.envelope_id.state
        for number in range(60):
            route = routes[number % len(routes)]
            data = [(self.dice.choice(NAMES), self.text()) for _number in range(4)]
            data.append(("csrf_token", self.page["csrf_token"]))
            files = None
            if number % 3 == 0:
                name = self.dice.choice(("code", "method", "pdf", "number", "sortby", "page"))
                files = [(name, ("x.pdf", b"\x00\xff" * 50))]
            response = self.url_open(route.path, data=data, files=files, allow_redirects=False)
            self.assertOrderly(response, (route.rule, str(data)[:300]))
        self.env.invalidate_all()
        self.assertEqual(self.signer.envelope_id.state, before)
        self.assertFalse(self.signer.envelope_id.signature_ids)

    def text(self):
        value = self.odd()
        text = value if isinstance(value, str) else json.dumps(value)
        return text[:2000].encode("utf-8", "surrogatepass")

    def test_addresses(self):
        routes = [r for r in self.routes if "<" in r.rule]
        for number in range(90):
            route = routes[number % len(routes)]
            path = route.rule
            while "<" in path:
                before, _open, rest = path.partition("<")
                converter, _close, after = rest.partition(">")
                odd = self.dice.choice(
                    ("-1", "0", "9" * 30, "1e9", "%01", "%ff%fe", "..", "a" * 3000)
                )
                own = self.signer.access_ref if converter == "string:ref" else odd
                path = f"{before}{own if self.dice.random() < 0.7 else odd}{after}"
            method = self.dice.choice(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))
            query = (
                f"?{self.dice.choice(NAMES)}=%ff&sortby[]=x&page=-5&lang=xx&debug=1&debug=assets"
            )
            headers = {"Range": "bytes=9-1", "If-None-Match": "*", "Cookie": "esign_=; =x; a"}
            response = self.url_open(
                path + (query if number % 2 else ""),
                method=method,
                headers=headers if number % 3 == 0 else None,
                allow_redirects=False,
            )
            self.assertOrderly(response, (method, path[:200]))
            self.assertNotIn(b"%PDF", response.content if "9" * 30 in path else b"")
        self.env.invalidate_all()
        self.assertEqual(self.signer.state, "invited")
