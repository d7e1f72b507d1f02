"""Somebody without a link, or with one that is wrong, dead or another's."""

import json
import re
import secrets

from odoo.tests import tagged
from odoo.tools.misc import hash_sign

from .common import EsignHttpCase


class StrangerCase(EsignHttpCase):
    def assertShut(self, signer, tell=()):
        """Assert that no route gives this visitor anything of the participant's envelope."""
        envelope = signer.envelope_id
        before = self.snapshot(envelope)
        path = signer._page_path()
        response = self.url_open(path)
        self.assertIn(response.status_code, (403, 404, 410))
        self.assertIsNotNone(self.code_of(response))
        for secret in (signer.name, signer.email, envelope.document_ids[0].name, *tell):
            self.assertNotIn(secret, response.text)
        document = envelope.document_ids[0]
        for url in (
            f"{path}/document/{document.id}",
            f"{path}/signed/{document.id}",
            f"{path}/status",
        ):
            response = self.url_open(url)
            self.assertEqual(response.status_code, 404, url)
            self.assertNotIn(b"%PDF", response.content)
        self.assertPostsRefused(signer)
        self.assertEqual(self.snapshot(envelope), before)

    def assertPostsRefused(
        self,
        signer,
    ):
        token = self.csrf_token()
        path = signer._page_path()
        for name, params in (
            ("opened", {"context": {}}),
            ("sign", self.consent(signer)),
            ("decline", {"reason": "No"}),
        ):
            answer = self.post(f"{path}/{name}", {**params, "csrf_token": token})
            self.assertFalse(answer["ok"], name)
            self.assertIn(answer["code"], ("revoked", "cancelled", "expired"))

    def csrf_token(self):
        """Return a token that is good for the session that this visitor has now."""
        response = self.url_open("/web/login")
        return re.search(r'name="csrf_token" value="(\w+)"', response.text)[1]

    def cookie_of(self, signer):
        name = f"esign_{signer.access_ref}"
        return next((c.value for c in self.opener.cookies if c.name == name), None)

    def set_cookie(self, signer, value):
        self.opener.cookies.set(
            f"esign_{signer.access_ref}", value, domain="127.0.0.1", path=signer._page_path()
        )


@tagged("post_install", "-at_install")
class TestStranger(StrangerCase):
    def test_no_link(self):
        envelope = self.send_new()
        self.be()
        self.assertShut(envelope.signer_ids)

    def test_address_is_no_key(self):
        """Not even the log-in of somebody else makes the address a key."""
        envelope = self.send_new()
        for user in (self.portal, self.no_groups, self.sender, self.all_documents):
            self.be(user)
            self.assertShut(envelope.signer_ids)

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
        signer = self.send_new().signer_ids
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
        mine = self.send_new([self.second])
        other = self.send_new([self.customer])
        page = self.page_of(self.open_link(mine.signer_ids))
        self.assertShut(other.signer_ids)
        # nor through one's own address
        document = other.document_ids
        for kind in ("document", "signed"):
            response = self.url_open(f"{mine.signer_ids._page_path()}/{kind}/{document.id}")
            self.assertEqual(response.status_code, 404)
        answer = self.post(
            other.signer_ids._page_path() + "/sign",
            {**self.consent(other.signer_ids), "csrf_token": page["csrf_token"]},
        )
        self.assertFalse(answer["ok"])
        self.assertFalse(other.signature_ids)

    def test_link_of_another_participant(self):
        """In the same envelope one can't act for the other."""
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        self.open_link(first)
        self.assertShut(second)

    def test_cookies_of_others_and_forged(self):
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        self.open_link(second)
        cookie = self.cookie_of(second)
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
        signer = self.send_new().signer_ids
        self.env.cr.execute("SELECT token_sha256 FROM esign_signer WHERE id = %s", [signer.id])
        content = [signer.id, self.env.cr.fetchone()[0][:32]]
        scope = "odoo_esign.session"
        self.be()
        self.set_cookie(signer, hash_sign(self.env, scope, content, expiration_hours=1))
        self.assertEqual(self.url_open(signer._page_path()).status_code, 200)
        self.set_cookie(signer, hash_sign(self.env, scope, content, expiration_hours=-1))
        self.assertShut(signer)

    def test_cookie_is_not_for_scripts(self):
        signer = self.send_new().signer_ids
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
        signer = self.send_new().signer_ids
        response = self.open_link(signer)
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertNotIn(self.token_of(signer), response.text)


@tagged("post_install", "-at_install")
class TestDeadLinks(StrangerCase):
    """A link that was good: each case with the link in the mail and with an open page."""

    def setUp(self):
        super().setUp()
        self.envelope = self.send_new()
        self.signer = self.envelope.signer_ids
        self.old_link = self.link_of(self.signer)
        self.page = self.page_of(self.open_link(self.signer))

    def assertDead(self, status=404):
        self.assertShut(self.signer)
        answer = self.post_sign(self.signer, self.page)
        self.assertFalse(answer["ok"])
        self.assertFalse(self.envelope.signature_ids)
        self.be()
        response = self.url_open(self.old_link)
        self.assertEqual(response.status_code, status)
        self.assertShut(self.signer)

    def test_resent(self):
        self.signer.with_user(self.sender).action_resend()
        self.assertDead()
        self.run_jobs()
        self.assertDead()
        self.assertNotEqual(self.link_of(self.signer), self.old_link)
        self.assertTrue(self.page_of(self.open_link(self.signer)))
        self.assertIn("resent", self.codes(self.envelope))

    def test_cancelled(self):
        self.envelope.with_user(self.sender).action_cancel()
        self.assertDead()
        self.run_jobs()
        self.assertEqual(self.envelope.state, "cancelled")
        self.assertFalse(self.envelope.signature_ids)

    def test_expired_by_the_clock(self):
        """The deadline counts at once, before the cron has closed the envelope."""
        self._pass_deadline()
        before = self.snapshot(self.envelope)
        answer = self.post_sign(self.signer, self.page)
        self.assertFalse(answer["ok"])
        url = self.page["documents"][0]["url"]
        self.assertEqual(self.url_open(url).status_code, 404)
        response = self.open_link(self.signer)
        self.assertEqual(response.status_code, 410)
        self.assertEqual(self.code_of(response), "expired")
        self.assertEqual(self.snapshot(self.envelope)["esign_signature"], [])
        self.assertEqual(self.snapshot(self.envelope)["esign_signer"], before["esign_signer"])

    def test_expired_by_the_cron(self):
        self._pass_deadline()
        self._run_cron()
        self.assertEqual(self.envelope.state, "expired")
        self.assertEqual(self.codes(self.envelope)[-1], "expired")
        self.assertDead(status=410)
        self._run_cron()
        self.assertEqual(self.codes(self.envelope).count("expired"), 1)

    def test_expiry_of_the_link_itself(self):
        """Also after signing the link does not open for ever."""
        self.assertTrue(self.post_sign(self.signer, self.page)["ok"])
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        signed = f"{self.signer._page_path()}/signed/{self.envelope.document_ids.id}"
        self.assertEqual(self.url_open(signed).status_code, 200)
        self.env.cr.execute(
            """UPDATE esign_signer SET token_expiry = now() AT TIME ZONE 'UTC' - interval '1 hour'
                WHERE id = %s""",
            [self.signer.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.url_open(signed).status_code, 404)
        self.assertNotIn("signing_page", self.url_open(self.signer._page_path()).text)
        response = self.open_link(self.signer)
        self.assertIn(response.status_code, (404, 410))
        self.assertEqual(self.url_open(signed).status_code, 404)

    def test_declined(self):
        """The others' links are dead at once; who declined gets the same answer again."""
        envelope = self.send_new([self.second, self.third])
        first, second = envelope.signer_ids
        others_page = self.page_of(self.open_link(second))
        others_link = self.link_of(second)
        page = self.page_of(self.open_link(first))
        answer = self.post(
            page["urls"]["decline"], {"reason": "Too dear", "csrf_token": page["csrf_token"]}
        )
        self.assertTrue(answer["ok"])
        again = self.post(
            page["urls"]["decline"], {"reason": "Too dear", "csrf_token": page["csrf_token"]}
        )
        self.assertEqual(again, answer)
        self.assertEqual(self.codes(envelope).count("declined"), 1)
        self.assertFalse(self.post_sign(first, page)["ok"])
        self.assertEqual(self.url_open(page["documents"][0]["url"]).status_code, 404)
        self.be()
        self.assertEqual(self.url_open(others_link).status_code, 404)
        self.assertFalse(self.post_sign(second, others_page)["ok"])
        self.assertFalse(envelope.signature_ids)

    def _run_cron(self):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            self.env(cr=cr)["esign.envelope"]._cron_expire()
        self.env.invalidate_all()

    def _pass_deadline(self):
        self.env.cr.execute(
            """UPDATE esign_envelope SET date_deadline = now() AT TIME ZONE 'UTC' - interval '1 min'
                WHERE id = %s""",
            [self.envelope.id],
        )
        self.env.cr.execute(
            "UPDATE esign_signer SET token_expiry = %s WHERE id = %s",
            [self.envelope.date_deadline, self.signer.id],
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCsrf(StrangerCase):
    def setUp(self):
        super().setUp()
        self.signer = self.send_new().signer_ids
        self.foreign = self.page_of(self.open_link(self.signer))["csrf_token"]
        self.page = self.page_of(self.open_link(self.signer))

    def test_json_routes(self):
        before = self.snapshot(self.signer.envelope_id)
        tokens = ("absent", None, "", "x" * 40, self.foreign, 5, True, ["a"], {"a": 1}, "é\ud800")
        for name, params in (
            ("opened", {"context": {}}),
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
class TestHarmlessMethods(StrangerCase):
    """Mail scanners and link previews open everything they find."""

    def test_looking_changes_nothing(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        document = envelope.document_ids
        link, path = self.link_of(signer), signer._page_path()
        before = self.snapshot(envelope)
        self.be()
        urls = [
            link,
            path,
            f"{path}/document/{document.id}",
            f"{path}/signed/{document.id}",
            f"{path}/status",
            f"/esign/verify/{envelope.reference}",
        ]
        for _turn in range(6):
            for url in urls:
                for method in ("GET", "HEAD", "OPTIONS"):
                    response = self.url_open(url, method=method)
                    self.assertLess(response.status_code, 500)
        self.assertEqual(self.snapshot(envelope), before)
        self.assertEqual(signer.state, "invited")
        # and the link still works
        page = self.page_of(self.open_link(signer))
        self.assertTrue(self.post_sign(signer, page)["ok"])

    def test_acting_needs_post(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        page = self.page_of(self.open_link(signer))
        before = self.snapshot(envelope)
        body = {
            "jsonrpc": "2.0",
            "params": {**self.consent(signer), "reason": "No", "csrf_token": page["csrf_token"]},
        }
        for name in ("opened", "sign", "decline"):
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
                response = self.url_open(
                    page["urls"][name],
                    method=method,
                    data=json.dumps(body),
                    headers={"Content-Type": "application/json"},
                )
                self.assertNotIn('"ok": true', response.text)
            for method in ("GET", "HEAD", "OPTIONS"):
                response = self.url_open(page["urls"][name], method=method)
                self.assertLess(response.status_code, 500)
        for method in ("GET", "HEAD", "OPTIONS"):
            self.url_open(f"{signer._page_path()}/resend", method=method)
        self.assertEqual(self.snapshot(envelope), before)

    def test_opened_is_told_by_the_script(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        page = self.page_of(self.open_link(signer))
        self.assertEqual(signer.state, "invited")
        for _turn in range(2):
            answer = self.post(
                page["urls"]["opened"],
                {"csrf_token": page["csrf_token"], "context": {"language": "de-AT"}},
            )
            self.assertEqual(answer, {"ok": True})
        self.env.invalidate_all()
        self.assertEqual(signer.state, "opened")
        self.assertEqual(self.codes(envelope).count("opened"), 1)


@tagged("post_install", "-at_install")
class TestResend(StrangerCase):
    def test_mail_goes_to_the_invited_address_alone(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
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
        envelope = self.send_new()
        signer = envelope.signer_ids
        self.be()
        token = self.csrf_token()
        for _turn in range(6):
            self.url_open(f"{signer._page_path()}/resend", data={"csrf_token": token})
            self.run_jobs()
        self.assertEqual(len(self.mails_to(signer.email)), 3)
        self.assertTrue(self.page_of(self.open_link(signer)))


@tagged("post_install", "-at_install")
class TestRequests(StrangerCase):
    """What comes in is anything at all."""

    def test_forged_forwarding_header(self):
        signer = self.send_new([self.customer, self.second]).signer_ids
        forged = {
            "X-Forwarded-For": "203.0.113.77",
            "X-Real-IP": "203.0.113.77",
            "Forwarded": "for=203.0.113.77",
            "X-Forwarded-Host": "evil.example",
        }
        page = self.page_of(self.open_link(signer[0]))
        params = {**self.consent(signer[0]), "csrf_token": page["csrf_token"]}
        self.assertTrue(self.post(page["urls"]["sign"], params, headers=forged)["ok"])
        page = self.page_of(self.open_link(signer[1]))
        params = {"reason": "No", "csrf_token": page["csrf_token"]}
        self.assertTrue(self.post(page["urls"]["decline"], params, headers=forged)["ok"])
        envelope = signer.envelope_id
        self.assertEqual(envelope.signature_ids.ip_address, "127.0.0.1")
        log = json.dumps(self.snapshot(envelope))
        self.assertIn("127.0.0.1", log)
        self.assertNotIn("203.0.113.77", log)
        self.assertNotIn("evil.example", log)

    def test_odd_requests_are_refused_in_words(self):
        envelope = self.send_new(fields=[{"kind": "text", "label": "Colour"}])
        signer = envelope.signer_ids
        field = str(signer.field_ids.filtered(lambda f: f.kind == "text").id)
        page = self.page_of(self.open_link(signer))
        good = {**self.consent(signer), "csrf_token": page["csrf_token"]}
        signature = good["signature"]
        before = self.snapshot(envelope)
        odd = [
            {"csrf_token": page["csrf_token"]},
            {**good, "consent": "true"},
            {**good, "consent": 1},
            {**good, "consent": [True]},
            {**good, "consent_version": None},
            {**good, "consent_version": {"a": []}},
            {**good, "signature": None},
            {**good, "signature": "x"},
            {**good, "signature": []},
            {**good, "signature": {}},
            {**good, "signature": {**signature, "kind": ["drawn"]}},
            {**good, "signature": {**signature, "kind": {"a": 1}}},
            {**good, "signature": {**signature, "name": None}},
            {**good, "signature": {**signature, "name": 5}},
            {**good, "signature": {**signature, "name": ["Clara"]}},
            {**good, "signature": {**signature, "name": " \u00a0 "}},
            {**good, "signature": {**signature, "name": "a" * 201}},
            {**good, "signature": {**signature, "name": "a" * 1_000_000}},
            {**good, "signature": {**signature, "name": "Cla\x00ra"}},
            {**good, "signature": {**signature, "name": "Cla\ud800ra"}},
            {**good, "signature": {**signature, "name": "Cla\u202era"}},
            {**good, "signature": {**signature, "image": None}},
            {**good, "signature": {**signature, "image": 7}},
            {**good, "signature": {**signature, "image": {"a": 1}}},
            {**good, "signature": {**signature, "image": "\ud800"}},
            {**good, "signature": {**signature, "image": "é" * 100}},
            {**good, "signature": {**signature, "image": "A" * 3}},
            {**good, "values": None},
            {**good, "values": []},
            {**good, "values": "x"},
            {**good, "values": {field: None}},
            {**good, "values": {field: 5}},
            {**good, "values": {field: float("nan")}},
            {**good, "values": {field: ["x"]}},
            {**good, "values": {field: {"x": 1}}},
            {**good, "values": {field: True}},
            {**good, "values": {field: "\x00"}},
            {**good, "values": {field: "a\x00b"}},
            {**good, "values": {field: "\ud800"}},
            {**good, "values": {field: "\U000e0001"}},
            {**good, "values": {field: "x" * 1_000_000}},
        ]
        for params in odd:
            answer = self.post_raw(page["urls"]["sign"], {"jsonrpc": "2.0", "params": params})
            shown = json.dumps(params)[:300]
            self.assertNotIn("error", answer, shown)
            self.assertFalse(answer["result"]["ok"], shown)
            self.assertEqual(answer["result"]["code"], "invalid", shown)
            self.assertTrue(answer["result"]["message"], shown)
        for reason in (None, "", "  ", 5, [], {}, "\x00", float("inf")):
            params = {"csrf_token": page["csrf_token"], "reason": reason}
            answer = self.post(page["urls"]["decline"], params)
            self.assertFalse(answer["ok"], reason)
        after = self.snapshot(envelope)
        # the row is taken before a request is checked; that alone is counted
        for rows in (before, after):
            rows["esign_envelope"][0].pop("revision")
        self.assertEqual(after, before)

    def test_odd_side_facts_do_not_stop_a_signature(self):
        """What is only kept as a fact about the browser is cut to size."""
        envelope = self.send_new()
        signer = envelope.signer_ids
        page = self.page_of(self.open_link(signer))
        odd_pages = {
            "\ud800": [1, "x", float("nan"), 10**30, -1, None, True],
            "2": "x",
            "\x00": [0],
        }
        self.post(
            page["urls"]["opened"],
            {"csrf_token": page["csrf_token"], "context": {"screen": "\x00\ud800" * 2000}},
        )
        answer = self.post_sign(
            signer,
            page,
            client_key={"\x00": 1},
            reading={"seconds": float("nan"), "pages": odd_pages},
            context={"screen": "\x00\ud800" * 2000, "language": 5, "time_zone": ["x"]},
            values={"\ud800": "x", "\x00": "y", "9" * 500: "z", "-1": {}},
            state="completed",
            name="Forged",
            ip_address="203.0.113.77",
            identification="login",
        )
        self.assertTrue(answer["ok"], answer)
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        signature = envelope.signature_ids
        self.assertEqual(signature.ip_address, "127.0.0.1")
        self.assertEqual(signature.identification, "link")
        self.assertEqual(signature.name, signer.name)
        self.assertEqual(signature.facts["seconds"], 0)
        self.assertFalse(envelope._verify_log())

    def test_odd_user_agent_and_huge_reason(self):
        envelope = self.send_new()
        page = self.page_of(self.open_link(envelope.signer_ids))
        answer = self.post(
            page["urls"]["decline"],
            {"csrf_token": page["csrf_token"], "reason": "no \ud800\x00" * 50_000},
            headers={"User-Agent": b"\xff\xfe" + b"x" * 3000},
        )
        self.assertTrue(answer["ok"])
        self.assertLessEqual(len(envelope.closing_reason), 2000)
        self.assertFalse(envelope._verify_log())

    def test_parameters_that_name_python_arguments(self):
        signer = self.send_new().signer_ids
        page = self.page_of(self.open_link(signer))
        stranger = self.send_new([self.second]).signer_ids
        params = {**self.consent(signer), "csrf_token": page["csrf_token"]}
        odd = {"ref": stranger.access_ref, "visitor": 1, "signer": 2, "request": {}, "network": {}}
        answer = self.post(page["urls"]["sign"], {**params, **odd})
        self.assertTrue(answer["ok"])
        self.assertEqual(signer.state, "signed")
        self.assertFalse(stranger.envelope_id.signature_ids)

    def test_bodies_that_are_no_request(self):
        signer = self.send_new().signer_ids
        page = self.page_of(self.open_link(signer))
        before = self.snapshot(signer.envelope_id)
        for body in (b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"[" * 5000):
            response = self.url_open(
                page["urls"]["sign"],
                method="POST",
                data=body,
                headers={"Content-Type": "application/json"},
            )
            self.assertLess(response.status_code, 500, body[:20])
        self.assertEqual(self.snapshot(signer.envelope_id), before)
