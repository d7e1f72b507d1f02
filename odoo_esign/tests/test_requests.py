"""What is posted to the signing page: in whatever method, form and state."""

import json

from odoo.tests import tagged

from .stranger import StrangerCase


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
            "params": {
                **self.consent(signer),
                "kind": "signature",
                "image": self.encoded_image(),
                "reason": "No",
                "csrf_token": page["csrf_token"],
            },
        }
        for name in ("opened", "picture", "sign", "decline"):
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
