"""What is to be filled in is decided by the server, whatever the browser says."""

import base64
import io
import struct
import zlib
from unittest.mock import patch

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pyhanko.pdf_utils.reader import PdfFileReader

from odoo.tests import tagged

from ..models import esign_job_seal
from ..models.printable import why_unprintable
from .common import EsignCase, make_image, make_pdf

MARKUP = '<img src="file:///etc/passwd"/> <Ltd> &amp; {{ 7*7 }} <para>x</para> \\n (x) %s'


def png(width, height):
    """Return the head of a PNG of this size, with next to no data behind it."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 4096))
        + chunk(b"IEND", b"")
    )


def blank(size, colour="white", mode="RGB"):
    output = io.BytesIO()
    Image.new(mode, size, colour).save(output, "PNG")
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestValues(EsignCase):
    def set_the_scene(self):
        self.envelope = self.send_new(
            [self.customer, self.second],
            fields=[
                {"kind": "text", "label": "Colour"},
                {"kind": "text", "label": "Remark", "required": False},
                {"kind": "number", "label": "Pieces"},
                {"kind": "checkbox", "label": "Agreed"},
                {"kind": "selection", "label": "Size", "options": ["S", "M"]},
                {"kind": "multiline", "label": "Address", "required": False},
                {"kind": "text", "label": "Theirs", "signer": 1},
                {"kind": "date", "label": "Day"},
            ],
        )
        self.signer, self.other = self.envelope.signer_ids
        self.fields = {f.label: f for f in self.envelope.document_ids.field_ids if f.label}
        self.key = {label: str(field.id) for label, field in self.fields.items()}
        self.good = self.consent(self.signer)["values"]

    def answer(self, **values):
        """Sign with these values in place of the good ones, by label; None leaves one out."""
        sent = dict(self.good)
        for label, value in values.items():
            sent[self.key.get(label, label)] = value
            if value is None:
                sent.pop(self.key.get(label, label))
        return self.sign(self.signer, values=sent)

    def assertMistake(self, label, *values):
        for value in values:
            answer = self.answer(**{label: value})
            self.assertFalse(answer["ok"], (label, value))
            self.assertEqual(answer["code"], "invalid")
            self.assertEqual(list(answer["field_errors"]), [self.key[label]], (label, value))
            self.assertTrue(answer["field_errors"][self.key[label]])
        self.assertFalse(self.envelope.signature_ids)
        self.assertEqual(self.signer.state, "invited")

    def test_required(self):
        self.assertMistake("Colour", None, "", "   ", "\u00a0", "\n\t", "\u2003", [], 0, False)
        self.assertMistake("Agreed", None, False, "true", 1, "on", [True])
        self.assertMistake("Size", None, "", "L", "s", ["S"], "S M")
        self.assertMistake("Pieces", None, "", "twelve", "1,2,3", "NaN", "inf", "1e999", "0x1", 12)

    def test_limits(self):
        self.assertMistake("Colour", "x" * 2001)
        self.assertMistake("Remark", "x" * 2001, 5, {"a": 1})
        self.assertMistake("Address", "a\x07b", "a\u202eb")

    def test_optional_stays_empty(self):
        self.assertTrue(self.answer(Remark=None, Address="")["ok"])
        values = self.envelope.signature_ids.values
        self.assertEqual(values[self.key["Remark"]], "")

    def test_fields_of_others_and_unknown_ones(self):
        foreign = self.send_new([self.third], fields=[{"kind": "text", "label": "Far"}])
        far = str(foreign.document_ids.field_ids.filtered(lambda f: f.label == "Far").id)
        sent = {self.key["Theirs"]: "mine", far: "mine", "999999": "x", "x": "y", "-1": "z"}
        self.assertTrue(self.answer(**sent)["ok"])
        self.assertEqual(set(self.envelope.signature_ids.values), set(self.good))
        self.assertFalse(foreign.signature_ids)
        # the other still has to fill in the own field
        answer = self.sign(self.other, values={})
        self.assertEqual(list(answer["field_errors"]), [self.key["Theirs"]])

    def test_definition_from_the_browser(self):
        """Page, place, owner, need: what the page says about a field is not read."""
        definition = [
            {
                "id": self.fields["Colour"].id,
                "required": False,
                "page": 7,
                "left": 0,
                "kind": "date",
            }
        ]
        before = self.snapshot(self.envelope)["esign_field"]
        values = {**self.good, self.key["Colour"]: ""}
        answer = self.sign(self.signer, values=values, fields=definition, field_ids=[], required={})
        self.assertFalse(answer["ok"])
        self.assertEqual(self.snapshot(self.envelope)["esign_field"], before)

    def test_date_and_name_are_the_servers(self):
        self.assertTrue(self.answer(**{self.key["Day"]: "1999-01-01"})["ok"])
        self.assertNotIn(self.key["Day"], self.envelope.signature_ids.values)
        self.run_jobs()
        texts = self.form_values()
        self.assertNotIn("1999", texts[self.fields["Day"].pdf_name])
        self.assertTrue(texts[self.fields["Day"].pdf_name])

    def test_markup_is_text(self):
        self.assertTrue(self.answer(Colour=MARKUP, Address=f"{MARKUP}\nsecond line")["ok"])
        self.assertEqual(self.envelope.signature_ids.values[self.key["Colour"]], MARKUP)
        self.assertTrue(self.sign(self.other)["ok"])
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        texts = self.form_values()
        self.assertEqual(texts[self.fields["Colour"].pdf_name], MARKUP)
        self.assertEqual(texts[self.fields["Address"].pdf_name].split("\n")[0].strip("\r"), MARKUP)

    def test_markup_in_a_name(self):
        signature = {
            **self.consent(self.signer)["signature"],
            "name": "Clara <b>C</b> <Ltd> {{ 7*7 }}",
        }
        self.assertTrue(self.sign(self.signer, signature=signature)["ok"])
        self.assertTrue(self.sign(self.other)["ok"])
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        self.assertIn("Clara <b>C</b> <Ltd> {{ 7*7 }}", self.envelope.signature_ids.mapped("name"))
        (copy, *_rest) = self.mails_to(self.sender.email)
        self.assertIn("&lt;Ltd&gt;", self.body_of(copy))

    def test_markup_in_a_reason(self):
        reason = "<script>alert(1)</script> too dear"
        self.signer._decline(reason, {"identification": "link"})
        self.run_jobs()
        self.assertEqual(self.envelope.closing_reason, reason)
        bodies = " ".join(str(m.body) for m in self.envelope.message_ids)
        self.assertIn("too dear", bodies)
        self.assertNotIn("<script", bodies)

    def form_values(self):
        """Return what the form fields of the latest revision hold, by name."""
        pdf = self.envelope.document_ids._latest_pdf()
        form = PdfFileReader(io.BytesIO(pdf)).root["/AcroForm"]
        found = {}
        for reference in form["/Fields"]:
            field = reference.get_object()
            value = field.get("/V")
            found[str(field["/T"])] = str(value) if value is not None else ""
        return found


@tagged("post_install", "-at_install")
class TestImages(EsignCase):
    def set_the_scene(self):
        self.envelope = self.send_new()
        self.signer = self.envelope.signer_ids

    def send_image(self, data, kind="drawn"):
        encoded = data if isinstance(data, str) else base64.b64encode(data).decode()
        signature = {"kind": kind, "name": "Clara Customer", "image": encoded}
        return self.sign(self.signer, signature=signature)

    def test_refused(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
        bomb = Image.new("L", (4000, 4000), 0)
        output = io.BytesIO()
        bomb.save(output, "PNG")
        refused = {
            "nothing": b"",
            "text": b"not an image",
            "a page": b"<!DOCTYPE html><script>alert(1)</script>",
            "a drawing with a link": svg,
            "a PDF": make_pdf(),
            "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
            "one pixel": blank((1, 1), "black"),
            "white": blank((300, 100)),
            "black": blank((300, 100), "black"),
            "transparent": blank((300, 100), (0, 0, 0, 0), "RGBA"),
            "cut off": make_image()[:80],
            "damaged": make_image()[:60] + b"\xff" * 200,
            "a bomb by its head": png(60_000, 60_000),
            "a bomb of zeros": png(0, 100),
            "too many pixels": output.getvalue(),
            "too many bytes": make_image() + b"\0" * 6_000_000,
            "an address": "https://example.net/x.png",
            "a data address": "data:image/png;base64," + base64.b64encode(make_image()).decode(),
            "broken base64": base64.b64encode(make_image()).decode()[:-3] + "!",
        }
        for what, data in refused.items():
            for kind in ("drawn", "uploaded"):
                answer = self.send_image(data, kind)
                self.assertFalse(answer["ok"], what)
                self.assertEqual(answer["code"], "invalid", what)
                self.assertTrue(answer["message"], what)
        self.assertFalse(self.envelope.signature_ids)

    def test_only_the_pixels_are_kept(self):
        """Notes, places and whatever else lies in the file do not reach the document."""
        info = PngInfo()
        info.add_text("Comment", "SECRET-NOTE")
        picture = Image.open(io.BytesIO(make_image()))
        output = io.BytesIO()
        picture.save(output, "PNG", pnginfo=info)
        data = output.getvalue() + b"<script>HIDDEN</script>"
        self.assertIn(b"SECRET-NOTE", data)
        self.assertTrue(self.send_image(data, "uploaded")["ok"])
        kept = base64.b64decode(self.envelope.signature_ids.image)
        self.assertTrue(kept.startswith(b"\x89PNG"))
        self.assertNotIn(b"SECRET-NOTE", kept)
        self.assertNotIn(b"HIDDEN", kept)

    def test_formats(self):
        for kind in ("PNG", "JPEG", "GIF"):
            _image, refusal = self.signer._check_image(
                base64.b64encode(make_image(kind=kind)).decode()
            )
            self.assertIsNone(refusal, kind)


@tagged("post_install", "-at_install")
class TestLanguageOfTheMark(EsignCase):
    """The words beside a signature are in the signer's language, as far as they can be printed."""

    def lines(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.customer.lang = "ar_001"
        envelope = self.send_new(fields=[{"kind": "date"}])
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        signature = envelope.signature_ids
        return [
            *signature._stamp(envelope.document_ids).lines,
            *signature._pdf_values(envelope.document_ids).values(),
        ]

    def test_signers_language(self):
        self.assertTrue(any(map(is_arabic, self.lines())))

    def test_english_where_there_is_no_font(self):
        def no_arabic(env, text):
            return "no font" if is_arabic(text) else why_unprintable(env, text)

        with patch.object(esign_job_seal, "why_unprintable", no_arabic):
            lines = self.lines()
        self.assertFalse(any(map(is_arabic, lines)), lines)
        self.assertEqual(lines[0], f"Signed by {self.customer.name}")


def is_arabic(text):
    return any("\u0600" <= char <= "\u06ff" for char in text)
