"""What the tests of the verify page share."""

import io
import re

from lxml import html as lxml_html

from ..pades import authority
from ..pades.appearance import Stamp
from ..pades.fields import SignerFields, freeze
from ..pades.seal import approve, certify
from ..pades.signer import KeptKeySigner
from .common import EsignHttpCase, make_pdf

GREEN = {"file": ("green", "final"), "signers": ("green", "certain"), "log": ("green", "agrees")}
NOTHING = {"file": ("amber", "foreign"), "signers": ("amber", "foreign"), "log": ("amber", "none")}


class VerifyCase(EsignHttpCase):
    def setUp(self):
        super().setUp()
        self.be()

    def token(self):
        page = self.url_open("/esign/verify").text
        return re.search(r'name="csrf_token" value="(\w+)"', page)[1]

    def drop(self, pdf, name="contract.pdf"):
        """Post a file as the form does; return the answer."""
        return self.url_open(
            "/esign/verify",
            data={"csrf_token": self.token()},
            files={"pdf": (name, io.BytesIO(pdf), "application/pdf")},
            timeout=60,
        )

    def answers(self, response):
        """Return colour and code of each answer on the page."""
        page = lxml_html.fromstring(response.content)
        return {
            card.get("data-name"): (card.get("data-colour"), card.get("data-code"))
            for card in page.iterfind(".//article")
        }

    def check(self, pdf):
        """Return the answers for a file."""
        response = self.drop(pdf)
        self.assertEqual(response.status_code, 200)
        return self.answers(response)

    def refusal(self, pdf):
        """Return why a file can't be checked."""
        response = self.drop(pdf)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.answers(response), {})
        return re.search(r'data-refused="(\w+)"', response.text)[1]

    @staticmethod
    def kept_pdf(envelope, revision="sealed"):
        return envelope.document_ids[0][f"{revision}_attachment_id"].sudo().raw

    def completed(self, *signers, **options):
        return self.sign_all(self.send_new(list(signers or [self.customer]), **options))

    def foreign_pdf(self, text="Agreement", organisation="Elsewhere Ltd"):
        """Return a PDF that another system has certified and somebody has signed there."""
        ca = authority.create_authority(organisation, "FR")

        def signer(name):
            leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name=name)
            return KeptKeySigner.from_leaf(leaf, [ca.issuing_cert, ca.root_cert])

        frozen = freeze(make_pdf(text), [SignerFields("s1", 0, None, ())])
        certified = certify(frozen, signer(organisation))
        zoe = signer("Zoe Elsewhere")
        return approve(certified.pdf, zoe, field="s1", values={}, stamp=Stamp()).pdf
