"""What the tests of codes share."""

import re

from .common import EsignHttpCase

CODE = re.compile(r">(\d{6})<")
PHONE = "+420 777 123 456"


class CodeCase(EsignHttpCase):
    method = "mail_code"

    def set_the_scene(self):
        self.customer.phone = PHONE
        self.envelope = self.send_new([{"partner_id": self.customer.id, **self.identified_by()}])
        self.signer = self.envelope.signer_ids
        self.path = self.signer._page_path()

    def identified_by(self):
        return {"identification": self.method}

    # ------------------------------------------------------------- as a visitor
    def csrf(self):
        response = self.url_open("/web/login")
        return re.search(r'name="csrf_token" value="(\w+)"', response.text)[1]

    def post_form(self, name, **values):
        values = {"csrf_token": self.csrf(), "method": self.method, **values}
        return self.url_open(f"{self.path}/{name}", data=values, allow_redirects=True)

    def ask_code(self):
        response = self.post_form("code")
        self.run_jobs(allow_failures=True)
        return response

    def enter(self, code):
        return self.post_form("identify", code=code)

    def newest_code(self):
        return CODE.search(self.body_of(self.mails_to(self.signer.email)[-1]))[1]

    def wrong(self):
        return f"{(int(self.newest_code()) + 1) % 10**6:06}"

    # ------------------------------------------------------------- what is shown
    def assertAsked(self, response):
        self.assertEqual(self.code_of(response), "identify")
        self.assertNotIn("signing_page", response.text)
        for secret in (self.envelope.document_ids.name, self.envelope.name, self.customer.email):
            self.assertNotIn(secret, response.text)

    def assertIn_(self, response):
        self.assertEqual(self.page_of(response)["signer"]["name"], self.signer.name)

    def tries(self):
        self.env.invalidate_all()
        return self.signer.sudo().code_tries
