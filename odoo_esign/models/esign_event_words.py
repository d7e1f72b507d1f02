"""The words for each code of the evidence log; the log itself holds codes only.

Every code that the product logs stands here and in docs/evidence.md, none else: a test looks.
What stands between ``%(`` and ``)s`` is filled in by ``esign.event._values``.
"""

from dataclasses import dataclass

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


@dataclass(frozen=True)
class Words:
    """How a line is shown: an icon of Font Awesome, a short label, a whole sentence.

    ``tone`` is what the line means to whoever is responsible: '' for the usual course,
    'good' for what was waited for, 'bad' for what needs a look.
    """

    icon: str
    label: object
    sentence: object
    tone: str = ""


WORDS = {
    # ------------------------------------------------------------- sending
    "requested": Words(
        "fa-file-text-o",
        _lt("Signature requested"),
        _lt("%(actor)s asked for signatures on “%(subject)s”"),
    ),
    "frozen": Words(
        "fa-snowflake-o",
        _lt("Document frozen"),
        _lt("“%(document)s” was printed and frozen: it can't be changed from here on"),
    ),
    "certified": Words(
        "fa-certificate",
        _lt("Certified by the company"),
        _lt("“%(document)s” was certified in the company's name"),
    ),
    "sent": Words("fa-paper-plane-o", _lt("Envelope sent"), _lt("The envelope was sent")),
    "invited": Words("fa-envelope-o", _lt("Invited"), _lt("%(name)s was invited %(ways)s")),
    "resent": Words(
        "fa-envelope-o",
        _lt("Invitation sent again"),
        _lt("%(name)s was sent the invitation again %(ways)s"),
    ),
    "reminded": Words(
        "fa-bell-o",
        _lt("Reminded"),
        _lt("%(name)s was reminded %(ways)s (reminder %(number)s)"),
    ),
    "received": Words(
        "fa-envelope-open-o",
        _lt("Email delivered"),
        _lt("The mail server of %(email)s confirms that the email to %(name)s was delivered"),
    ),
    "bounced": Words(
        "fa-exclamation-triangle",
        _lt("Email bounced"),
        _lt("The email to %(name)s at %(email)s bounced: %(came_back)s"),
        "bad",
    ),
    "handed_over": Words(
        "fa-exchange",
        _lt("Another user is responsible"),
        _lt("%(actor)s made %(colleague)s responsible"),
    ),
    # ------------------------------------------------------------- reading and signing
    "identified": Words(
        "fa-id-card-o", _lt("Identified"), _lt("%(name)s was identified by %(method)s%(where)s")
    ),
    "asked": Words(
        "fa-question-circle-o", _lt("Question to the sender"), _lt("%(name)s asked: %(question)s")
    ),
    "delegated": Words(
        "fa-share",
        _lt("Delegated"),
        _lt("%(name)s asked %(to_name)s (%(to_email)s) to act instead: %(reason)s"),
    ),
    "reassigned": Words(
        "fa-exchange",
        _lt("Someone else was asked"),
        _lt("%(actor)s asked %(name)s (%(email)s) to act in place of %(before_name)s: %(reason)s"),
    ),
    "corrected": Words(
        "fa-wrench",
        _lt("Participant corrected"),
        _lt("%(actor)s corrected the contact details of %(name)s, now %(email)s: %(reason)s"),
    ),
    "extended": Words(
        "fa-clock-o",
        _lt("Deadline changed"),
        _lt("%(actor)s changed the deadline from %(from_time)s to %(to_time)s"),
    ),
    "reopened": Words(
        "fa-undo",
        _lt("Reopened"),
        _lt("%(actor)s reopened the envelope, with time to sign until %(to_time)s"),
    ),
    "code_sent": Words(
        "fa-key", _lt("Code sent"), _lt("A code was sent to %(name)s at %(address)s")
    ),
    "code_failed": Words(
        "fa-exclamation-triangle",
        _lt("Code not sent"),
        _lt("The code for %(name)s could not be sent: %(reason)s"),
        "bad",
    ),
    "code_right": Words(
        "fa-key", _lt("Right code"), _lt("%(name)s entered the right code (%(method)s)")
    ),
    "code_wrong": Words(
        "fa-key", _lt("Wrong code"), _lt("A wrong code was entered for %(name)s (%(method)s)"),
        "bad",
    ),
    "locked_out": Words(
        "fa-ban",
        _lt("Locked out"),
        _lt("%(name)s was locked out after %(tries)s wrong codes"),
        "bad",
    ),
    "unlocked": Words(
        "fa-unlock", _lt("Unlocked"), _lt("%(actor)s unlocked %(name)s, who can enter codes again")
    ),
    "handed_device": Words(
        "fa-tablet",
        _lt("Device handed over"),
        _lt("%(actor)s handed a device to %(name)s to sign in person"),
    ),
    "opened": Words("fa-eye", _lt("Opened"), _lt("%(name)s opened the page%(where)s")),
    "read": Words("fa-book", _lt("Pages read"), _lt("%(name)s read %(pages)s, in %(time)s")),
    "consented": Words(
        "fa-check-square-o",
        _lt("Consented"),
        _lt("%(name)s agreed to sign electronically (consent version %(version)s)"),
    ),
    "signed": Words(
        "fa-pencil", _lt("Signed"), _lt("%(name)s signed as “%(signed_name)s”%(where)s"), "good"
    ),
    "approved": Words(
        "fa-thumbs-o-up",
        _lt("Approved"),
        _lt("%(name)s approved as “%(signed_name)s”%(where)s"),
        "good",
    ),
    "released": Words(
        "fa-user-times",
        _lt("No longer needed"),
        _lt("%(name)s no longer needs to act: enough others in the group have"),
    ),
    "declined": Words(
        "fa-thumbs-o-down", _lt("Declined"), _lt("%(name)s declined: %(reason)s"), "bad"
    ),
    "refused": Words(
        "fa-ban",
        _lt("Signature refused"),
        _lt("%(name)s could not sign: the record no longer matches what was sent"),
        "bad",
    ),
    "record_changed": Words(
        "fa-exclamation-triangle",
        _lt("Record changed"),
        _lt("“%(record)s” no longer matches what was sent"),
        "bad",
    ),
    # ------------------------------------------------------------- sealing
    "all_signed": Words(
        "fa-users", _lt("Everyone has signed"), _lt("Everyone who had to sign has signed")
    ),
    "sealed": Words(
        "fa-lock",
        _lt("Signature placed in the document"),
        _lt("The signature of %(name)s was sealed into the documents"),
    ),
    "closed": Words(
        "fa-lock",
        _lt("Unused fields locked"),
        _lt("The fields of “%(document)s” that nobody had filled in were locked"),
    ),
    "stamped": Words(
        "fa-clock-o",
        _lt("Time stamp over the whole document"),
        _lt("“%(document)s” got a time stamp over the whole document, from %(stamper)s"),
    ),
    "validated": Words(
        "fa-shield",
        _lt("Document read back and validated"),
        _lt("The documents were read back, and every signature in them was validated"),
    ),
    "completed": Words("fa-check", _lt("Completed"), _lt("The envelope is completed"), "good"),
    # ------------------------------------------------------------- afterwards
    "certificate_made": Words(
        "fa-certificate",
        _lt("Certificate of completion created"),
        _lt("The certificate of completion was created (%(language)s)"),
    ),
    "packaged": Words(
        "fa-file-archive-o",
        _lt("Evidence package created"),
        _lt("The evidence package was created, with the first %(events)s lines of the log"),
    ),
    "delivered": Words(
        "fa-envelope-o",
        _lt("Signed copy sent"),
        _lt("The signed copy was sent to %(name)s"),
    ),
    "downloaded": Words(
        "fa-download",
        _lt("Downloaded"),
        _lt("%(actor)s downloaded “%(document)s”%(where)s"),
    ),
    "filed": Words(
        "fa-folder-open-o",
        _lt("Filed on the record"),
        _lt("The signed documents were filed on “%(record)s”"),
    ),
    "consequence_run": Words(
        "fa-cogs",
        _lt("Follow-up carried out"),
        _lt("The follow-up on “%(record)s” was carried out"),
    ),
    "consequence_skipped": Words(
        "fa-pause",
        _lt("Follow-up not carried out"),
        _lt("The follow-up was not carried out: the record is not waiting for this"),
        "bad",
    ),
    "consequence_failed": Words(
        "fa-exclamation-triangle",
        _lt("Follow-up failed"),
        _lt("The follow-up on “%(record)s” failed: %(reason)s"),
        "bad",
    ),
    # ------------------------------------------------------------- years later
    "renewed": Words(
        "fa-clock-o",
        _lt("Time stamp renewed"),
        _lt(
            "“%(document)s” got an additional time stamp over the whole document, from %(stamper)s"
        ),
    ),
    "alert": Words(
        "fa-exclamation-triangle",
        _lt("No longer intact"),
        _lt("The daily check found a problem: %(problem)s"),
        "bad",
    ),
    "alert_acknowledged": Words(
        "fa-comment-o",
        _lt("Alert acknowledged"),
        _lt("%(actor)s acknowledged the alert “%(problem)s”: %(reason)s"),
    ),
    "alert_mended": Words(
        "fa-check",
        _lt("Intact again"),
        _lt("The daily check found this resolved: %(problem)s"),
        "good",
    ),
    # ------------------------------------------------------------- other ends
    "expired": Words(
        "fa-hourglass-end", _lt("Expired"), _lt("The deadline passed"), "bad"
    ),
    "cancelled": Words(
        "fa-times", _lt("Cancelled"), _lt("%(actor)s cancelled the envelope: %(reason)s"), "bad"
    ),
}

# one code, another sentence, where the facts make a difference to the reader
VARIANTS = {
    "signed_by_sender": Words(
        "fa-pencil",
        _lt("Signed"),
        _lt("%(name)s, who is also the sender, signed as “%(signed_name)s”%(where)s"),
        "bad",
    ),
    "approved_by_sender": Words(
        "fa-thumbs-o-up",
        _lt("Approved"),
        _lt("%(name)s, who is also the sender, approved as “%(signed_name)s”%(where)s"),
        "bad",
    ),
    "sms_received": Words(
        "fa-mobile",
        _lt("SMS delivered"),
        _lt("The provider confirms that the SMS to %(name)s at %(address)s was delivered"),
    ),
    "sms_bounced": Words(
        "fa-exclamation-triangle",
        _lt("SMS not delivered"),
        _lt("The SMS to %(name)s at %(address)s was not delivered: %(came_back)s"),
        "bad",
    ),
    "copy_bounced": Words(
        "fa-exclamation-triangle",
        _lt("Email bounced"),
        _lt("The email with the signed copy to %(name)s at %(email)s bounced: %(came_back)s"),
        "bad",
    ),
    "signed_in_person": Words(
        "fa-pencil", _lt("Signed"),
        _lt("%(name)s signed as “%(signed_name)s” in the presence of %(host_name)s%(where)s"),
        "good",
    ),
    "approved_in_person": Words(
        "fa-thumbs-o-up", _lt("Approved"),
        _lt("%(name)s approved as “%(signed_name)s” in the presence of %(host_name)s%(where)s"),
        "good",
    ),
    "skipped_changed": Words(
        "fa-pause",
        _lt("Follow-up not carried out"),
        _lt("The follow-up was not carried out: the record has changed since it was sent"),
        "bad",
    ),
    "failed_for_good": Words(
        "fa-exclamation-triangle",
        _lt("Follow-up failed"),
        _lt(
            "The follow-up on “%(record)s” failed %(attempt)s times and was given up: %(reason)s"
        ),
        "bad",
    ),
    "filed_by_user": Words(
        "fa-folder-open-o",
        _lt("Filed on the record"),
        _lt("%(actor)s filed the signed documents on “%(record)s”"),
    ),
}


def words_for(code, facts):
    """Return the Words of a line; None for a code that this version does not know."""
    how = "by_sender" if facts.get("by_sender") is True else facts.get("host") and "in_person"
    by_sms = facts.get("channel") == "sms"
    variant = {
        "received": by_sms and "sms_received",
        "bounced": (by_sms and "sms_bounced")
        or (facts.get("mail") == "signed_copy" and "copy_bounced"),
        "signed": how and f"signed_{how}",
        "approved": how and f"approved_{how}",
        "consequence_skipped": facts.get("why") == "record_changed" and "skipped_changed",
        "consequence_failed": facts.get("final") is True and "failed_for_good",
        "filed": str(facts.get("actor")).startswith("user:") and "filed_by_user",
    }.get(code)
    return VARIANTS[variant] if variant else WORDS.get(code)
