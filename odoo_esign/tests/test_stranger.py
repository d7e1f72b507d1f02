"""Somebody without a link, or with one that is wrong, dead or another's."""

import json
import re
import secrets

from odoo.tests import tagged
from odoo.tools.misc import hash_sign

from .stranger import StrangerCase


@tagged("post_install", "-at_install")
class TestStranger(StrangerCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.customer, self.second])
        self.signer, self.other = self.envelope.signer_ids

    def test_no_link(self):
        self.be()
        self.assertShut(self.signer)

    def test_address_is_no_key(self):
        """Not even the log-in of somebody else makes the address a key."""
        for user in (self.portal, self.no_groups, self.sender, self.all_documents):
            self.be(user)
            self.assertShut(self.signer)

    def test_invented_address(self):
        self.be()
        for ref in ("x" * 16, "1", "%00" * 16, "a" * 4000, "..%2f..%2fetc", "ÿ" * 16):
            response = self.url_open(f"/esign/sign/{ref}")
            self.assertEqual(response.status_code, 404, ref)
            self.assertEqual(self.url_open(f"/esign/sign/{ref}/status").status_code, 404)
            response = self.url_open(
                f"/esign/sign/{ref}/sign",
                data=json.dumps({"params": {"csrf_token": self.csrf_token()}}),
                headers={"Content-Type": "application/json"},
            )
            self.assertNotIn('"ok": true', response.text)
            self.assertLess(response.status_code, 500)

    def test_wrong_links(self):
        signer = self.signer
        before = self.snapshot(signer.envelope_id)
        self.env.cr.execute("SELECT token_sha256 FROM esign_signer WHERE id = %s", [signer.id])
        (digest,) = self.env.cr.fetchone()
        token = self.token_of(signer)
        self.be()
        for wrong in (
            secrets.token_urlsafe(32),
            digest,
            token[:-1],
            token + "A",
            token.swapcase(),
            "short",
            "a" * 4000,
            "%00" * 43,
            "%F0%9F%98%80" * 20,
            "%25" * 43,
            "False" * 8,
        ):
            response = self.url_open(f"/esign/s/{wrong}")
            self.assertEqual(response.status_code, 404, wrong)
            self.assertEqual(self.code_of(response), "invalid")
            self.assertFalse([c for c in self.opener.cookies if c.name.startswith("esign_")])
        self.assertEqual(self.snapshot(signer.envelope_id), before)

    def test_link_of_another_envelope(self):
        mine = self.send_new([self.third]).signer_ids
        page = self.page_of(self.open_link(mine))
        self.assertShut(self.signer)
        # nor through one's own address
        document = self.envelope.document_ids
        for kind in ("document", "signed"):
            response = self.url_open(f"{mine._page_path()}/{kind}/{document.id}")
            self.assertEqual(response.status_code, 404)
        answer = self.post(
            self.signer._page_path() + "/sign",
            {**self.consent(self.signer), "csrf_token": page["csrf_token"]},
        )
        self.assertFalse(answer["ok"])
        self.assertFalse(self.envelope.signature_ids)

    def test_link_of_another_participant(self):
        """In the same envelope one can't act for the other."""
        self.open_link(self.signer)
        self.assertShut(self.other)

    def test_cookies_of_others_and_forged(self):
        first = self.signer
        self.open_link(self.other)
        cookie = self.cookie_of(self.other)
        self.assertTrue(cookie)
        env = self.env
        payload = [first.id, "0" * 32]
        forged = [
            cookie,
            "",
            "x",
            "A" * 3000,
            "o" + cookie[1:],
            cookie[:-4],
            cookie + "AAAA",
            hash_sign(env, "another scope", payload, expiration_hours=1),
            hash_sign(env, "odoo_esign.session", payload, expiration_hours=1),
            hash_sign(env, "odoo_esign.session", [first.id], expiration_hours=1),
            hash_sign(env, "odoo_esign.session", {"id": first.id}, expiration_hours=1),
        ]
        for value in forged:
            self.be()
            self.set_cookie(first, value)
            self.assertShut(first)

    def test_cookie_expires(self):
        signer = self.signer
        self.env.cr.execute("SELECT token_sha256 FROM esign_signer WHERE id = %s", [signer.id])
        content = [signer.id, self.env.cr.fetchone()[0][:32]]
        scope = "odoo_esign.session"
        self.be()
        self.set_cookie(signer, hash_sign(self.env, scope, content, expiration_hours=1))
        self.assertEqual(self.url_open(signer._page_path()).status_code, 200)
        self.set_cookie(signer, hash_sign(self.env, scope, content, expiration_hours=-1))
        self.assertShut(signer)

    def test_cookie_is_not_for_scripts(self):
        signer = self.signer
        self.be()
        response = self.url_open(self.link_of(signer), allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertNotIn(self.token_of(signer), response.headers["Location"])
        cookie = response.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Lax", cookie)
        self.assertIn(f"Path={signer._page_path()}", cookie)
        self.assertNotIn(self.token_of(signer), cookie)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_page_is_not_framed_or_kept(self):
        signer = self.signer
        response = self.open_link(signer)
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertNotIn(self.token_of(signer), response.text)


@tagged("post_install", "-at_install")
class TestCsrf(StrangerCase):
    def set_the_scene(self):
        self.signer = self.send_new().signer_ids

    def setUp(self):
        super().setUp()
        self.foreign = self.page_of(self.open_link(self.signer))["csrf_token"]
        self.page = self.page_of(self.open_link(self.signer))

    def test_json_routes(self):
        before = self.snapshot(self.signer.envelope_id)
        tokens = ("absent", None, "", "x" * 40, self.foreign, 5, True, ["a"], {"a": 1}, "é\ud800")
        for name, params in (
            ("opened", {"context": {}}),
            ("picture", {"kind": "signature", "image": self.encoded_image()}),
            ("sign", self.consent(self.signer)),
            ("decline", {"reason": "No"}),
        ):
            for token in tokens:
                sent = dict(params) if token == "absent" else {**params, "csrf_token": token}
                answer = self.post(self.page["urls"][name], sent)
                self.assertEqual((answer["ok"], answer["code"]), (False, "csrf"), (name, token))
        self.assertEqual(self.snapshot(self.signer.envelope_id), before)

    def test_form_route(self):
        path = f"{self.signer._page_path()}/resend"
        before = self.snapshot(self.signer.envelope_id)
        for data in ({"x": "1"}, {"csrf_token": "x" * 40}, {"csrf_token": self.foreign}):
            self.assertEqual(self.url_open(path, data=data).status_code, 400)
        self.assertEqual(self.snapshot(self.signer.envelope_id), before)

    def test_token_of_the_right_session(self):
        self.assertTrue(self.post_sign(self.signer, self.page)["ok"])


@tagged("post_install", "-at_install")
class TestResend(StrangerCase):
    def set_the_scene(self):
        self.signer = self.send_new().signer_ids

    def test_mail_goes_to_the_invited_address_alone(self):
        signer = self.signer
        self.be()
        response = self.url_open(signer._page_path())
        token = re.search(r'name="csrf_token" value="(\w+)"', response.text)[1]
        self.mails.clear()
        data = {
            "csrf_token": token,
            "email": "thief@example.net",
            "signer": "1",
            "lang": "fr_FR",
        }
        response = self.url_open(f"{signer._page_path()}/resend", data=data)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("/esign/s/", response.text)
        self.assertNotIn(signer.email, response.text)
        self.run_jobs()
        self.assertEqual([mail["To"] for mail in self.mails], [f'"{signer.name}" <{signer.email}>'])
        self.assertNotIn(self.token_of(signer), response.text)

    def test_limit(self):
        signer = self.signer
        self.be()
        token = self.csrf_token()
        for _turn in range(6):
            self.url_open(f"{signer._page_path()}/resend", data={"csrf_token": token})
            self.run_jobs()
        self.assertEqual(len(self.mails_to(signer.email)), 3)
        self.assertTrue(self.page_of(self.open_link(signer)))
