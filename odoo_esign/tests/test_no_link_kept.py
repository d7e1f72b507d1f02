"""A signing link stands in the mail alone: not in the database, the log, or a quoting answer."""

from email.message import EmailMessage

from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import SQL

from .actors import ActorCase
from .common import LINK


class LinkHunter:
    """Looks for secrets wherever somebody could read them."""

    def assertNowhereInDatabase(self, *secrets):
        """Assert that no text of any table holds one of these."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT c.table_name, c.column_name
                 FROM information_schema.columns c
                 JOIN information_schema.tables t USING (table_schema, table_name)
                WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
                  AND c.data_type IN ('text', 'character varying', 'jsonb', 'bytea')"""
        )
        tables = {}
        for table, column in self.env.cr.fetchall():
            tables.setdefault(table, []).append(column)
        for table, columns in tables.items():
            text = SQL(" || ' ' || ").join(
                SQL("COALESCE(%s::text, '')", SQL.identifier(column)) for column in columns
            )
            for secret in secrets:
                query = SQL(
                    "SELECT count(*) FROM %s WHERE position(%s in %s) > 0",
                    SQL.identifier(table),
                    secret,
                    text,
                )
                self.assertEqual(self.env.execute_query(query), [(0,)], table)


@tagged("post_install", "-at_install")
class TestNoLinkInDatabase(LinkHunter, ActorCase):
    def test_after_sending(self):
        envelope = self.send_new([self.customer, self.second])
        tokens = [self.token_of(signer) for signer in envelope.signer_ids]
        self.assertEqual(len(set(tokens)), 2)
        self.assertNowhereInDatabase("/esign/s/", *tokens)

    def test_after_everything(self):
        envelope = self.send_new()
        tokens = [self.token_of(envelope.signer_ids)]
        envelope.signer_ids.with_user(self.sender).action_resend()
        self.run_jobs()
        tokens.append(self.token_of(envelope.signer_ids))
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertNowhereInDatabase("/esign/s/", *tokens)

    def test_after_a_failed_sending(self):
        """A mail that can't be handed over keeps its body in Odoo; ours is not kept."""
        envelope = self.make_envelope()
        made = []
        new_token = type(envelope.signer_ids)._new_token

        def spy(signer):
            made.append(new_token(signer))
            return made[-1]

        self.patch(type(envelope.signer_ids), "_new_token", spy)
        with self.mails_fail():
            self.send(envelope, allow_failures=True)
        self.assertTrue(made)
        job = envelope.job_ids.filtered(lambda j: j.kind == "invite")
        self.assertEqual(job.state, "pending")
        self.assertTrue(job.error)
        self.assertNowhereInDatabase("/esign/s/", *made)
        # it is tried again, with another link
        job.write({"attempts": 0})
        self.run_jobs()
        self.assertEqual(len(set(made)), 2)
        self.assertEqual(self.token_of(envelope.signer_ids), made[-1])
        self.assertNowhereInDatabase("/esign/s/", *made)

    def test_after_a_decline(self):
        envelope = self.send_new([self.customer, self.second])
        tokens = [self.token_of(signer) for signer in envelope.signer_ids]
        envelope.signer_ids[0]._decline("Too dear", {"identification": "link"})
        self.run_jobs()
        self.assertNowhereInDatabase("/esign/s/", *tokens)

    def test_mails_are_sent_to_nobody_else(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        self.assertEqual(len(self.mails), 1)
        (mail,) = self.mails
        self.assertIn(signer.email, mail["To"])
        for header in ("Cc", "Bcc"):
            self.assertFalse(mail[header])
        token = self.token_of(signer)
        for name, value in mail.items():
            self.assertNotIn(token, value, name)

    def test_no_mail_is_left(self):
        before = self.env["mail.mail"].sudo().search_count([])
        messages = self.env["mail.message"].sudo().search_count([("model", "=", "esign.signer")])
        self.send_new([self.customer, self.second])
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)
        self.assertEqual(
            self.env["mail.message"].sudo().search_count([("model", "=", "esign.signer")]), messages
        )

    def test_followers_get_no_link(self):
        envelope = self.make_envelope()
        envelope.message_subscribe((self.colleague.partner_id | self.portal.partner_id).ids)
        self.send(envelope)
        self.run_jobs()
        for mail in self.mails:
            if LINK.search(self.body_of(mail)):
                self.assertIn(envelope.signer_ids.email, mail["To"])


@tagged("post_install", "-at_install")
class TestQuotedLinks(LinkHunter, ActorCase):
    """Replies quote the invitation, in the many ways in which mail programs and filters do."""

    def test_reply(self):
        envelope = self.send_new()
        token = self.token_of(envelope.signer_ids)
        link = f"https://odoo.example.com/esign/s/{token}"
        once = link.replace(":", "%3A").replace("/", "%2F")
        forms = (
            f"<p>Yes</p><blockquote><a href='{link}'>Read and sign</a></blockquote>",
            f"> {link}",
            f"<a href='https://eur01.safelinks.example.com/?url={once}&amp;data=05'>x</a>",
            f"<a href='https://links.example.com/?u={once.lower()}'>x</a>",
            f"<a href='https://links.example.com/?u={once.replace('%', '%25')}'>x</a>",
            "https://urldefense.example.com/v2/url?u="
            + link.replace("/", "_").replace(":", "-3A")
            + "&d=DwM",
            f"<p>{link}.</p>",
            f"<a href='{link}/'>x</a>",
            f"<a href='{link}?utm_source=mail#x'>x</a>",
            f"/esign/s/{token}",
        )
        for number, body in enumerate(forms):
            message = envelope.with_user(self.env.ref("base.user_root")).message_post(
                body=Markup(body), subject=f"Re: {link}", message_type="email"
            )
            self.assertNotIn(token, str(message.body), number)
            self.assertNotIn(token, message.subject)
        self.assertNowhereInDatabase(token)

    def test_incoming_mail(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        token = self.token_of(signer)
        mail = (
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            f"From: {signer.email}\r\n"
            "To: catchall@odoo.example.com\r\n"
            f"Subject: Re: Please sign /esign/s/{token}\r\n"
            "Message-Id: <reply-1@example.org>\r\n\r\n"
            f'<p>No</p><a href=3D"https://odoo.example.com/esign/s/{token[:20]}=\r\n{token[20:]}">'
            "Read and sign</a>\r\n"
        )
        self.env["mail.thread"].message_process(
            "esign.envelope", mail, thread_id=envelope.id, save_original=True
        )
        self.env.invalidate_all()
        reply = envelope.message_ids.filtered(lambda m: m.message_id == "<reply-1@example.org>")
        self.assertTrue(reply)
        self.assertIn("No", reply.body)
        self.assertNowhereInDatabase(token)
        for attachment in reply.attachment_ids:
            self.assertNotIn(token[:20].encode(), attachment.raw or b"")

    def test_forwarded_as_attachment(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        token = self.token_of(signer)
        mail = EmailMessage()
        mail["From"], mail["To"] = signer.email, "catchall@odoo.example.com"
        mail["Subject"], mail["Message-Id"] = "Fwd", "<forward-1@example.org>"
        mail.set_content("See below")
        mail.add_attachment(self.mails[-1])
        mail.add_attachment(f"/esign/s/{token}", filename="link.txt")
        self.env["mail.thread"].message_process(
            "esign.envelope", mail.as_bytes(), thread_id=envelope.id
        )
        self.env.invalidate_all()
        message = envelope.message_ids.filtered(lambda m: m.message_id == mail["Message-Id"])
        self.assertTrue(message)
        self.assertTrue(message.attachment_ids)
        for attachment in message.attachment_ids:
            self.assertNotIn(token.encode(), attachment.raw)

    def test_edited_message(self):
        envelope = self.send_new()
        token = self.token_of(envelope.signer_ids)
        message = envelope.message_post(body="x", message_type="comment")
        message.write({"body": f"<p>https://odoo.example.com/esign/s/{token}</p>"})
        self.assertNowhereInDatabase(token)

    def test_other_text_is_left_alone(self):
        envelope = self.make_envelope()
        text = (
            "see /esign/sign/abc, /esign/s/ and https://example.org/esign/short, "
            "https://example.org/redesign/s/a-long-name-of-a-page"
        )
        message = envelope.message_post(body=text, message_type="comment")
        self.assertIn(text, str(message.body))
