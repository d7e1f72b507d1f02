"""Codes by mail and SMS, and agreed ones: who gets in, and who does not."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .code_case import CodeCase


@tagged("post_install", "-at_install")
class TestMailCode(CodeCase):
    def test_right_code(self):
        response = self.open_link(self.signer)
        self.assertAsked(response)
        self.ask_code()
        response = self.enter(self.newest_code())
        self.assertIn_(response)
        answer = self.post_sign(self.signer, self.page_of(response))
        self.assertTrue(answer["ok"], answer)
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        self.assertEqual(self.envelope.signature_ids.identification, "link+mail_code")
        codes = self.codes(self.envelope)
        self.assertLess(codes.index("code_sent"), codes.index("code_right"))
        self.assertLess(codes.index("code_right"), codes.index("signed"))
        self.assertFalse(self.envelope._verify_log())

    def test_the_code_is_kept_nowhere(self):
        self.open_link(self.signer)
        self.ask_code()
        code = self.newest_code()
        self.env.flush_all()
        for table in ("esign_code", "esign_job", "esign_event", "mail_mail", "mail_message"):
            self.env.cr.execute(
                f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id DESC LIMIT 50"
            )
            for (row,) in self.env.cr.fetchall():
                self.assertNotRegex(row, rf"\b{code}\b", table)

    def test_nothing_without_the_code(self):
        self.open_link(self.signer)
        document = self.envelope.document_ids
        for name in (f"document/{document.id}", f"signed/{document.id}", "status"):
            self.assertEqual(self.url_open(f"{self.path}/{name}").status_code, 404, name)
        token = self.csrf()
        before = self.snapshot(self.envelope)
        for name, params in (
            ("opened", {"context": {}}),
            ("picture", {"kind": "signature", "image": self.encoded_image()}),
            ("sign", self.consent(self.signer)),
            ("decline", {"reason": "No"}),
        ):
            answer = self.post(f"{self.path}/{name}", {**params, "csrf_token": token})
            self.assertFalse(answer["ok"], name)
            self.assertEqual(answer["code"], "identify")
        self.assertEqual(self.snapshot(self.envelope), before)

    def test_visits_send_nothing(self):
        """Mail scanners open the link, and look at the page with every harmless method."""
        self.open_link(self.signer)
        before, mails = self.snapshot(self.envelope), len(self.mails)
        for path in (
            self.path,
            f"{self.path}/code",
            f"{self.path}/identify",
            self.link_of(self.signer),
        ):
            for method in ("GET", "HEAD", "OPTIONS"):
                self.opener.request(method, self.base_url() + path)
        self.run_jobs()
        self.assertEqual(len(self.mails), mails)
        self.assertEqual(self.snapshot(self.envelope), before)

    def test_wrong_codes(self):
        """Five tries a code, and a wrong one costs nothing but the try."""
        self.open_link(self.signer)
        self.ask_code()
        for left in (4, 3, 2, 1):
            response = self.enter(self.wrong())
            self.assertAsked(response)
            self.assertIn(f"Attempts left: {left}", response.text)
        self.assertIn("request a new one", self.enter(self.wrong()).text)
        self.assertEqual(self.tries(), 5)
        # the right one comes too late, and is not even compared
        self.assertAsked(self.enter(self.newest_code()))
        self.assertEqual(self.tries(), 5)
        self.ask_code()
        self.assertIn_(self.enter(self.newest_code()))
        self.assertEqual(self.tries(), 5)

    def test_locked_out(self):
        self.open_link(self.signer)
        for _code in range(3):
            self.ask_code()
            for _try in range(5):
                self.enter(self.wrong())
        self.assertEqual(self.tries(), 15)
        self.assertIn("unlock", self.url_open(self.path).text)
        self.env["esign.code"].sudo().search([]).date_asked = fields.Datetime.now() - timedelta(
            hours=2
        )
        mails = len(self.mails)
        self.ask_code()
        self.assertEqual(len(self.mails), mails)
        self.assertAsked(self.enter(self.newest_code()))
        self.assertIn("locked_out", self.codes(self.envelope))
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, "esign.signer", "action_unlock", self.signer.ids)
        self.rpc(self.sender, "esign.signer", "action_unlock", self.signer.ids)
        self.ask_code()
        self.assertIn_(self.enter(self.newest_code()))

    def test_three_an_hour(self):
        self.open_link(self.signer)
        mails = len(self.mails)
        for _try in range(6):
            response = self.ask_code()
        self.assertEqual(len(self.mails) - mails, 3)
        self.assertIn("Too many codes", response.text)

    def test_twenty_an_hour_to_an_address(self):
        others = [self.send_new([{"partner_id": self.customer.id, **self.identified_by()}])
                  for _number in range(7)]
        mails = len(self.mails)
        for envelope in others:
            self.signer, self.path = envelope.signer_ids, envelope.signer_ids._page_path()
            self.be()
            self.url_open(self.link_of_signer(envelope.signer_ids))
            for _try in range(3):
                self.ask_code()
        self.assertEqual(len(self.mails) - mails, 20)

    def link_of_signer(self, signer):
        """All of them were invited at the same address: make a link for this one."""
        token = signer._new_token()
        self.env.flush_all()
        return f"/esign/s/{token}"

    def test_used_once(self):
        self.open_link(self.signer)
        self.ask_code()
        code = self.newest_code()
        self.assertIn_(self.enter(code))
        self.opener.cookies.pop(self.signer._session_name())
        self.assertAsked(self.url_open(self.path))
        self.assertAsked(self.enter(code))

    def test_bound_to_the_session(self):
        """A code that somebody else asked for opens nothing here, whoever reads it."""
        self.open_link(self.signer)
        self.ask_code()
        code = self.newest_code()
        self.open_link(self.signer)  # another browser with the same link
        self.assertAsked(self.enter(code))
        self.assertEqual(self.tries(), 0)

    def test_bound_to_the_participant(self):
        other = self.send_new([{"partner_id": self.second.id, **self.identified_by()}])
        self.open_link(self.signer)
        self.ask_code()
        self.assertIn_(self.enter(self.newest_code()))
        session = self.opener.cookies[self.signer._session_name()]
        self.url_open(self.link_of(other.signer_ids))
        self.opener.cookies.set(
            other.signer_ids._session_name(), session, path=other.signer_ids._page_path()
        )
        self.assertEqual(self.code_of(self.url_open(other.signer_ids._page_path())), "identify")

    def test_the_newest_code_counts(self):
        self.open_link(self.signer)
        self.ask_code()
        first = self.newest_code()
        self.ask_code()
        if first != self.newest_code():
            self.assertAsked(self.enter(first))
        self.assertIn_(self.enter(self.newest_code()))

    def test_ten_minutes(self):
        self.open_link(self.signer)
        self.ask_code()
        code = self.env["esign.code"].sudo().search([("signer_id", "=", self.signer.id)])
        self.assertEqual(code.date_expires - code.date_sent, timedelta(minutes=10))
        code.date_expires = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.assertIn("can no longer be used", self.url_open(self.path).text)
        self.assertAsked(self.enter(self.newest_code()))
        self.assertEqual(self.tries(), 0)

    def test_as_people_type_it(self):
        self.open_link(self.signer)
        self.ask_code()
        code = self.newest_code()
        arabic = "".join(chr(0x660 + int(digit)) for digit in code)
        self.assertIn_(self.enter(f" {arabic[:3]} {arabic[3:]} "))

    def test_it_can_not_be_sent(self):
        """No code, no signature; the visitor and the sender are told, and a later one works."""
        self.open_link(self.signer)
        with self.mails_fail():
            self.ask_code()
        response = self.url_open(self.path)
        self.assertEqual(self.code_of(response), "identify")
        self.assertIn("could not be sent", response.text)
        self.env.invalidate_all()
        self.assertTrue(self.envelope.needs_attention)
        self.assertIn("could not be sent", self.envelope.attention_reason or "")
        self.assertIn("code_failed", self.codes(self.envelope))
        self.ask_code()
        self.assertIn_(self.enter(self.newest_code()))
        self.env.invalidate_all()
        self.assertFalse(self.envelope.needs_attention)

    def test_not_from_elsewhere(self):
        self.open_link(self.signer)
        mails = len(self.mails)
        for name, values in (("code", {}), ("identify", {"code": "123456"})):
            for token in ("", "wrong"):
                response = self.url_open(
                    f"{self.path}/{name}",
                    data={"method": self.method, "csrf_token": token, **values},
                )
                self.assertEqual(response.status_code, 400)
        self.run_jobs()
        self.assertEqual(len(self.mails), mails)
        self.assertEqual(self.tries(), 0)

    def test_no_link_no_code(self):
        """The address of the page gives no code to a stranger."""
        self.open_link(self.signer)
        token = self.csrf()
        self.opener.cookies.pop(f"esign_{self.signer.access_ref}")
        mails = len(self.mails)
        self.url_open(f"{self.path}/code", data={"method": self.method, "csrf_token": token})
        self.run_jobs()
        self.assertEqual(len(self.mails), mails)

    def test_garbage(self):
        self.open_link(self.signer)
        self.ask_code()
        for entered in ("", "0", "x" * 10000, "'; DROP TABLE esign_code; --", "‮12", "１２３"):
            self.assertAsked(self.enter(entered))
        for method in ("", "link", "access_code", "nonsense"):
            response = self.post_form("identify", code="123456", method=method)
            self.assertAsked(response)
