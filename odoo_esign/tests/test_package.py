"""The evidence package of real envelopes, checked by its own verifier as a child process."""

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.esign_job import JobRefused
from .common import EsignCase


def unpack(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return Path(folder)


def verify(folder):
    """Run the verifier with nothing but Python's standard library; return (status, output)."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@tagged("post_install", "-at_install")
class TestPackage(EsignCase):
    def unpacked(self, envelope):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return unpack(envelope._kept_package()._read_kept(), folder.name)

    def assertInOrder(self, folder):
        status, output = verify(folder)
        self.assertEqual(status, 0, output)
        self.assertNotIn("WRONG", output)
        return output

    def test_one_signer(self):
        envelope = self.sign_all(self.send_new())
        folder = self.unpacked(envelope)
        output = self.assertInOrder(folder)
        self.assertIn("signed by Clara Customer; the log agrees", output)
        self.assertIn(f"signed by {self.company.name}; the log agrees", output)
        self.assertNotIn("not checked here", output)
        document = envelope.document_ids
        [original], [signed] = (list((folder / name).iterdir()) for name in ("originals", "signed"))
        self.assertEqual(original.read_bytes(), document._read_pdf("frozen"))
        self.assertEqual(signed.read_bytes(), document._read_pdf("sealed"))
        self.assertEqual(
            (folder / "certificate.pdf").read_bytes(), envelope.certificate_ids._read_kept()
        )

    def test_many_people_and_documents(self):
        """Three documents, an approver, a viewer, two of three, and two languages."""
        self.env["res.lang"]._activate_lang("de_DE")
        board = {"quorum_group": "board", "quorum": 1, "step": 2}
        envelope = self.send_new(
            [
                {"partner_id": self.customer.id, "lang": "de_DE"},
                {"partner_id": self.manager.partner_id.id, "action": "approve"},
                {"partner_id": self.second.id, **board},
                {"partner_id": self.third.id, **board},
                {"partner_id": self.portal.partner_id.id, "action": "view"},
            ],
            documents=3,
        )
        self.sign_all(envelope)
        self.assertIn("closed", self.codes(envelope))
        folder = self.unpacked(envelope)
        output = self.assertInOrder(folder)
        for name in ("Clara Customer", "Mia Manager", "Sven Second"):
            self.assertEqual(output.count(f"signed by {name}; the log agrees"), 3)
        self.assertEqual(len(list((folder / "signed").iterdir())), 3)
        names = sorted(path.name for path in folder.glob("certificate*"))
        self.assertEqual(names, ["certificate-de_DE.pdf", "certificate-en_US.pdf"])

    def test_one_changed_byte_in_any_file(self):
        folder = self.unpacked(self.sign_all(self.send_new()))
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        self.assertEqual(len(files), 10)
        for path in files:
            good = path.read_bytes()
            if path.name == "verify.py":
                changed = good + b"\n"  # it has to run
            else:
                middle = len(good) // 2
                changed = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
            path.write_bytes(changed)
            status, output = verify(folder)
            self.assertNotEqual(status, 0, f"{path.name}\n{output}")
            path.write_bytes(good)
        self.assertInOrder(folder)

    def test_made_anew_with_what_happened_since(self):
        envelope = self.sign_all(self.send_new())
        first = envelope._kept_package()
        attachment, lines = first.attachment_id, self.lines(envelope)
        answer = envelope.with_user(self.sender).action_make_package()
        self.assertEqual(answer["tag"], "display_notification")
        envelope.with_user(self.sender).action_make_package()
        self.run_jobs()
        self.assertEqual(self.codes(envelope).count("packaged"), 2, "pressed twice, made once")
        self.assertEqual(envelope._kept_package(), first)
        self.assertFalse(attachment.exists())
        self.assertGreater(self.lines(envelope), lines)
        output = self.assertInOrder(self.unpacked(envelope))
        self.assertIn(f"{self.lines(envelope)} events", output)

    def lines(self, envelope):
        return len((self.unpacked(envelope) / "evidence.jsonl").read_bytes().splitlines())

    def test_failure_is_shown_and_the_button_tries_again(self):
        envelope = self.send_new()
        job = type(self.env["esign.job"])
        with patch.object(job, "_read_package", side_effect=JobRefused("the disk is full")):
            self.sign_all_with_failures(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertIn("the disk is full", envelope.attention_reason)
        self.assertEqual(self.codes(envelope).count("delivered"), 2)
        envelope.with_user(self.sender).action_make_package()
        self.run_jobs()
        self.assertInOrder(self.unpacked(envelope))

    def sign_all_with_failures(self, envelope):
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        self.run_jobs(allow_failures=True)

    def test_no_package_of_what_is_not_completed(self):
        envelope = self.send_new()
        with self.assertRaisesRegex(UserError, "not completed"):
            envelope.with_user(self.sender).action_make_package()

    def test_another_seal_later(self):
        """Years later another seal is in use: both roots are in the package."""
        envelope = self.sign_all(self.send_new())
        self.company._esign_seal().state = "disabled"
        self.env["esign.seal"].create(
            {"name": "New", "company_id": self.company.id, "code": "builtin", "state": "enabled"}
        )
        envelope.with_user(self.sender).action_make_package()
        self.run_jobs()
        self.assertInOrder(self.unpacked(envelope))
