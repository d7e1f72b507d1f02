"""Texts that want to run, to inject, or to crash, in every input there is."""

import re
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models import esign_signer_ask
from ..models.plain_text import clean, one_line
from ..models.printable import why_unprintable
from ..pades.appearance import normalise_text
from .common import EsignCase, slow
from .hostile import SOME, STRINGS
from .hostile_case import CONTROL, HostileCase


@tagged("post_install", "-at_install")
class TestWhatParticipantsSend(HostileCase):
    texts = SOME

    def set_the_scene(self):
        kinds = ("text", "multiline", "number", "selection")
        self.envelope = self.send_new(
            fields=[{"kind": kind, "options": ["S", "M"]} for kind in kinds],
            allow_delegation=True,
        )
        self.signer = self.envelope.signer_ids
        self.fields = {f.kind: str(f.id) for f in self.signer.field_ids}

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(esign_signer_ask, "MAX_QUESTIONS", 10**6))
        self.page = self.page_of(self.open_link(self.signer))

    def answer(self, route, **params):
        response = self.post_raw(
            self.page["urls"][route],
            {"jsonrpc": "2.0", "params": {**params, "csrf_token": self.page["csrf_token"]}},
        )
        self.assertNotIn("error", response, str(params)[:200])
        return response["result"]

    def test_every_text_in_every_input(self):
        good = self.consent(self.signer)
        values = dict.fromkeys(self.fields.values(), "12")
        # one field stays wrong, so that nothing is signed yet
        values[self.fields["number"]] = "twelve"
        for text in self.texts:
            for kind in ("text", "multiline", "number", "selection"):
                sent = {**values, self.fields[kind]: text}
                errors = self.answer("sign", **{**good, "values": sent})["field_errors"]
                line = text.replace("\n", " ") if kind == "multiline" else text
                if kind in ("text", "multiline"):
                    refused = why_unprintable(self.env, line) or len(text) > 2000
                    empty = not normalise_text(text).strip()
                    self.assertEqual(self.fields[kind] in errors, bool(refused or empty), text[:80])
            signature = {**good["signature"], "name": text}
            answer = self.answer("sign", **{**good, "values": values, "signature": signature})
            self.assertFalse(answer["ok"])
            unfit = why_unprintable(self.env, text) or len(text) > 200 or not one_line(text)
            self.assertEqual(not answer["field_errors"], bool(unfit), text[:80])
            self.assertNotRegex(answer["message"], CONTROL)
            for key in ("client_key", "consent_version", "signature", "values", "context"):
                self.assertFalse(self.answer("sign", **{**good, "values": values, key: text})["ok"])
            named = {"kind": "drawn", "name": "Anna", "picture": text}
            self.assertFalse(self.answer("sign", **{**good, "signature": named})["ok"])
            for key in ("kind", "image"):
                picture = {"kind": "signature", "image": self.encoded_image(), key: text}
                self.assertEqual(self.answer("picture", **picture)["code"], "invalid", text[:80])
            for key in ("name", "email", "phone", "reason"):
                person = {"name": "Olga", "email": "o@example.net", "reason": "Ill", key: text}
                person["reason" if key != "reason" else "email"] = ""
                answer = self.answer("delegate", **person)
                self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"), text[:80])
            answer = self.answer("ask", question=text)
            self.assertEqual(answer["ok"], bool(clean(text)), text[:80])
        self.assertFalse(self.envelope.signature_ids)
        for message in self.envelope.message_ids:
            self.assertHarmlessHtml(f"<div>{message.body}</div>", message.body[:100])
            self.assertNotRegex(str(message.body), CONTROL)
        for mail in self.mails:
            self.assertHarmlessHtml(self.body_of(mail), mail["Subject"])
        asked = self.envelope.event_ids.filtered(lambda e: e.code == "asked")
        self.assertEqual(len(asked), len([text for text in self.texts if clean(text)]))
        for event in asked:
            self.assertNotRegex(event.sentence, CONTROL)
        self.assertFalse(self.envelope._verify_log())

    def test_declining_with_all_of_them(self):
        reason = " ".join(text[:30] for text in STRINGS)
        self.assertTrue(self.answer("decline", reason=reason)["ok"])
        self.run_jobs()
        self.assertNotRegex(self.envelope.closing_reason, CONTROL)
        self.assertLessEqual(len(self.envelope.closing_reason), 2000)
        self.assertTrue(self.mails_to(self.sender.email))
        for mail in self.mails:
            self.assertHarmlessHtml(self.body_of(mail), mail["Subject"])

    def test_codes(self):
        signer = self.send_new(
            [
                {
                    "partner_id": self.customer.id,
                    "identification": "access_code",
                    "access_code": "agreed 123",
                }
            ]
        ).signer_ids
        response = self.open_link(signer)
        token = re.search(r'name="csrf_token" value="(\w+)"', response.text)[1]
        for text in self.texts:
            for values in ({"code": text}, {"method": text}, {"code": "x" * 7, "method": text}):
                values = {
                    key: value.encode("utf-8", "surrogatepass") for key, value in values.items()
                }
                response = self.url_open(
                    f"{signer._page_path()}/identify",
                    data={"csrf_token": token, "method": "access_code", **values},
                )
                self.assertEqual(response.status_code, 200, text[:80])
                self.assertEqual(self.code_of(response), "identify", text[:80])
        self.assertHarmlessHtml(response.text, "code page")
        answer = self.rpc(self.sender, "esign.signer", "read", signer.ids, ["is_locked_out"])
        self.assertTrue(answer[0]["is_locked_out"])

    def test_addresses_and_forms(self):
        """In the address itself, in the query, and as a file's name."""
        self.be()
        for text in self.texts:
            quoted = "".join(f"%{byte:02x}" for byte in text[:500].encode("utf-8", "surrogatepass"))
            for path in ("/esign/s/", "/esign/sign/", "/esign/verify/", "/esign/trust/"):
                response = self.url_open(path + quoted, allow_redirects=False)
                self.assertLess(response.status_code, 500, (path, text[:80]))
                if response.status_code != 404 or "<" in response.text:
                    self.assertHarmlessHtml(response.text or "<p/>", (path, text[:80]))
        response = self.url_open("/esign/verify")
        token = re.search(r'name="csrf_token"[^>]* value="(\w+)"', response.text)[1]
        for text in self.texts[::4]:
            name = text.encode("utf-8", "replace").decode()[:300]
            files = {"pdf": (name, b"%PDF-1.7 nonsense", "application/pdf")}
            response = self.url_open("/esign/verify", data={"csrf_token": token}, files=files)
            self.assertLess(response.status_code, 500, name)
            self.assertHarmlessHtml(response.text, name)


@tagged("post_install", "-at_install")
class TestWhatSendersWrite(EsignCase):
    texts = SOME

    def test_every_text_in_every_input(self):
        """It is kept cleaned, or refused in words; sending says what can't be printed."""
        self.draft = draft = self.make_envelope(fields=[{"kind": "selection", "options": ["a"]}])
        envelope, document = draft.ids, draft.document_ids.ids
        signer, field = draft.signer_ids.ids, draft.document_ids.field_ids.ids
        self.env.flush_all()
        kept = 0
        for text in self.texts:
            people = ("name", "email", "phone", "role", "quorum_group")
            for model, ids, values in (
                ("esign.envelope", envelope, {"name": text, "message": text}),
                ("esign.document", document, {"name": text, "upload_name": text}),
                ("esign.signer", signer, dict.fromkeys(people, text)),
                ("esign.signer", signer, {"access_code": text}),
                ("esign.signer", signer, {"lang": text}),
                ("esign.field", field, {"label": text, "options": [text, "b"]}),
            ):
                kept += self.try_to_write(model, ids, values)
        self.assertGreater(kept, 3.55 * len(self.texts))

    def try_to_write(self, model, ids, values):
        shown = str(values)[:200]
        self.env.cr.execute("SAVEPOINT hostile")
        try:
            self.rpc(self.sender, model, "write", ids, values)
            self.env.invalidate_all()
            record = self.env[model].browse(ids)
            for name in values:
                found = record[name]
                for text in found if isinstance(found, list) else [found or ""]:
                    self.assertNotRegex(text, CONTROL, shown)
            self.draft._check_texts()
            return 1
        except (UserError, ValidationError) as refusal:
            self.assertTrue(str(refusal), shown)
            self.assertNotIsInstance(refusal, AccessError)
            self.assertNotRegex(str(refusal), CONTROL, shown)
            self.assertLess(len(str(refusal)), 400, shown)
            return 0
        finally:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT hostile")
            self.env.invalidate_all()

    def test_new_records_too(self):
        for text in STRINGS[::6]:
            draft = self.make_envelope(
                [{"name": text, "email": "a@example.org", "role": text}], name=text, message=text
            )
            for kept in (draft.name, draft.message, draft.signer_ids.name, draft.signer_ids.role):
                self.assertNotRegex(kept or "", CONTROL)

    def test_delegates_and_corrections(self):
        signer = self.send_new([self.customer], allow_delegation=True).signer_ids
        for text in self.texts:
            self.env.cr.execute("SAVEPOINT hostile")
            values = {"name": text, "email": "o@example.net", "phone": text, "reason": text}
            network = {"ip_address": "", "user_agent": "", "identification": "link"}
            answer = self.env["esign.signer"].browse(signer.id)._delegate(values, network)
            if answer["ok"]:
                self.assertNotRegex(signer.name + signer.phone, CONTROL)
                self.assertLessEqual(len(signer.name), 200)
            self.env.cr.execute("ROLLBACK TO SAVEPOINT hostile")
            self.env.invalidate_all()


@slow
class TestAllThatParticipantsSend(TestWhatParticipantsSend):
    texts = STRINGS


@slow
class TestAllThatSendersWrite(TestWhatSendersWrite):
    texts = STRINGS


@tagged("post_install", "-at_install")
class TestPdf(EsignCase):
    def test_values_are_printed_as_typed(self):
        texts = [t for t in STRINGS if len(t) <= 2000 and not why_unprintable(self.env, t)]
        texts = [t for t in texts if normalise_text(t).strip() and "\n" not in normalise_text(t)]
        self.assertGreater(len(texts), 80)
        places = [
            {
                "kind": "text",
                "left": 20 + 140 * (number % 4),
                "right": 150 + 140 * (number % 4),
                "top": 800 - 22 * (number // 4),
                "bottom": 780 - 22 * (number // 4),
            }
            for number in range(len(texts))
        ]
        envelope = self.send_new(fields=places)
        signer = envelope.signer_ids
        fields = envelope.document_ids.field_ids.filtered(lambda f: f.kind == "text")
        typed = dict(zip(fields, texts, strict=True))
        answer = self.sign(signer, values={str(f.id): text for f, text in typed.items()})
        self.assertTrue(answer["ok"], answer)
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        printed = _form_values(envelope.document_ids._latest_pdf())
        for field, text in typed.items():
            self.assertEqual(printed[field.pdf_name], normalise_text(text).strip())


def _form_values(pdf):
    import io

    from pyhanko.pdf_utils.reader import PdfFileReader

    form = PdfFileReader(io.BytesIO(pdf)).root["/AcroForm"]
    fields = [reference.get_object() for reference in form["/Fields"]]
    return {str(f["/T"]): str(f["/V"]) for f in fields if f.get("/V") is not None}
