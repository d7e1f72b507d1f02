from . import guard
# first of the models: when a database is updated, defaults of envelopes read its new columns
from . import res_company, res_users
from . import master_key, secret_log, secret_fields, esign_secrets
from . import esign_clean_texts, esign_protected, esign_kept
from . import esign_envelope, esign_envelope_flow, esign_envelope_evidence
from . import esign_envelope_deadline, esign_envelope_tell
from . import esign_document, esign_document_storage
from . import esign_signer, esign_signer_access, esign_signer_consent, esign_signer_mail
from . import esign_signer_closed, esign_signer_first, esign_signer_office
from . import esign_identification, esign_code, esign_signer_identify
from . import esign_signer_change, esign_signer_ask
from . import esign_signer_channel, esign_signer_links, esign_dead_link, esign_signer_hours
from . import esign_signature, esign_field
from . import esign_signature_images, esign_saved_image, esign_field_group, esign_signer_reading
from . import esign_signer_documents
from . import esign_event, esign_event_sentence
from . import esign_job, esign_job_run
from . import esign_job_code
from . import esign_job_prepare, esign_job_invite, esign_job_seal, esign_job_deliver
from . import esign_envelope_reopen, esign_envelope_afterwards
from . import esign_envelope_verify
from . import esign_certificate, esign_package, esign_signer_evidence
from . import esign_job_certificate, esign_job_package
from . import esign_signer_visit, esign_envelope_overview, esign_envelope_people
from . import esign_post, esign_signer_reached, esign_job_post, mail_bounce, sms_tracker
from . import esign_authority, esign_authority_renew, esign_authority_facts
from . import esign_envelope_authority, esign_envelope_stampers
from . import esign_stamp_server, esign_stamp_root, esign_stamp_test
from . import esign_seal_method, esign_seal
from . import esign_seal_words, esign_seal_facts, esign_seal_expiry, esign_seal_try
from . import esign_seal_pkcs12, esign_seal_pkcs11, esign_seal_csc, esign_seal_envelope
from . import esign_append_only, esign_anchor_head, esign_anchor
from . import esign_alert, esign_alert_words, esign_check, esign_check_all, esign_check_envelope
from . import esign_job_renew, esign_renewal
from . import esign_verification, esign_verification_words, esign_verification_file_words
from . import esign_verification_rows, esign_verification_summary
from . import esign_envelope_timeline, esign_waiting
from . import esign_mixin, esign_mixin_change, esign_mixin_several, esign_job_changed
from . import ir_attachment, ir_actions_server, ir_cron, ir_qweb, mail_message, mail_thread
from . import esign_document_marks
from . import esign_handover, esign_reminder, esign_envelope_withdraw
from . import esign_picture
from . import res_config_settings, res_partner
from . import esign_consent, esign_second_factor
from . import sale_order, purchase_order

from odoo.tools.misc import file_path

from ..pades.fonts import set_default_font

# Latin, Cyrillic, Greek and Vietnamese, on every Odoo server; other scripts as installed there
set_default_font(file_path("web/static/fonts/sign/NotoSans-Reg.ttf"))
