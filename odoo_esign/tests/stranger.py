"""What the tests of strangers share: an envelope that went out, and its participant's page."""

import re

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
            ("picture", {"kind": "signature", "image": self.encoded_image()}),
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
