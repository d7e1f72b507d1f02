{
    "name": "Electronic Signatures",
    "summary": "Send quotations, purchase orders and any PDF for signature or approval: "
    "PAdES signatures, tamper-evident log, filed back on the record",
    "version": "19.0.1.0.0",
    "category": "Productivity/Sign",
    "author": "odoo_esign maintainers",
    "license": "LGPL-3",
    "depends": [
        "mail",  # chatter, activities, mail templates
        "resource",  # working hours of users
        "portal",  # public page layout, portal users
        "phone_validation",  # normal form of phone numbers
        "sms",  # invitations and codes by SMS, and what the provider says about them
        "base_automation",  # file signed documents from automation rules
        "sale",  # first integration: quotations
        "purchase",  # second integration: purchase approvals
    ],
    "external_dependencies": {
        "python": [
            "pyhanko",  # PAdES signatures in PDF
            "aiohttp",  # asks authorities and providers (through pyhanko[async-http])
            "cryptography",  # keys and certificates of the built-in authority
            "qrcode",  # the code on the page of participants and on the certificate
            "phonenumbers",  # phone numbers of signers (through phone_validation)
            "pypdfium2",  # finds anchors, draws and repairs PDF
            "fonttools",  # fonts with 1000 units per em
            "uharfbuzz",  # shapes text of every script
            "python-bidi",  # order of right-to-left text
            "Pillow",  # measures and re-encodes images
        ],
    },
    "data": [
        "security/esign_groups.xml",
        "security/ir.model.access.csv",
        "security/esign_rules.xml",
        "data/mail_templates.xml",
        "data/mail_templates_routing.xml",
        "data/sms_templates.xml",
        "data/mail_activity_type.xml",
        "data/ir_cron.xml",
        "data/esign_seal.xml",
        "report/signature_block.xml",
        "report/participants.xml",
        "report/certificate.xml",
        "views/page_layout_templates.xml",
        "views/signing_templates.xml",
        "views/in_person_templates.xml",
        "views/portal_templates.xml",
        "views/portal_signature_templates.xml",
        "views/verify_templates.xml",
        "views/esign_signer_change_views.xml",
        "views/trust_templates.xml",
        "views/esign_envelope_views.xml",
        "views/esign_envelope_timeline_views.xml",
        "views/esign_my_turn_views.xml",
        "views/esign_signer_views.xml",
        "views/esign_job_views.xml",
        "views/esign_event_views.xml",
        "views/esign_alert_views.xml",
        "views/esign_anchor_views.xml",
        "views/esign_seal_views.xml",
        "views/ir_actions_server_views.xml",
        "views/res_config_settings_views.xml",
        "views/esign_routing_views.xml",
        "views/esign_phone_views.xml",
        "views/esign_people_views.xml",
        "views/esign_consent_views.xml",
        "views/res_partner_views.xml",
        "views/sale_order_views.xml",
        "views/sale_portal_templates.xml",
        "views/purchase_order_views.xml",
        "report/sale_report.xml",
        "report/purchase_report.xml",
        "views/esign_menus.xml",
        "views/esign_stamp_server_views.xml",
        "views/esign_authority_views.xml",
    ],
    "demo": ["data/demo.xml"],
    "assets": {
        # the signing page stands alone: OWL and what it needs, nothing of other add-ons
        "odoo_esign.assets_signing": [
            "web/static/src/module_loader.js",
            "web/static/src/polyfills/*.js",
            "web/static/src/session.js",
            "web/static/lib/owl/owl.js",
            "web/static/lib/owl/odoo_module.js",
            "web/static/src/core/assets.js",
            "web/static/src/core/browser/browser.js",
            "web/static/src/core/browser/cookie.js",
            "web/static/src/core/l10n/translation.js",
            "web/static/src/core/l10n/utils.js",
            "web/static/src/core/l10n/utils/*.js",
            "web/static/src/core/network/rpc.js",
            "web/static/src/core/registry.js",
            "web/static/src/core/template_inheritance.js",
            "web/static/src/core/templates.js",
            "web/static/src/core/user.js",
            "web/static/src/core/utils/arrays.js",
            "web/static/src/core/utils/cache.js",
            "web/static/src/core/utils/concurrency.js",
            "web/static/src/core/utils/html.js",
            "web/static/src/core/utils/objects.js",
            "web/static/src/core/utils/strings.js",
            "odoo_esign/static/src/pages/**/*",
            "odoo_esign/static/src/signing/**/*",
        ],
        # the public page for checking a PDF: one script, and the letters of the signing page
        "odoo_esign.assets_verify": [
            "web/static/src/module_loader.js",
            "odoo_esign/static/src/signing/base.scss",
            "odoo_esign/static/src/verify/**/*",
        ],
        "web.assets_backend": [
            "odoo_esign/static/src/timeline/**/*",
            "odoo_esign/static/src/systray/**/*",
            "odoo_esign/static/src/choice/**/*",
            "odoo_esign/static/src/follow/**/*",
            "odoo_esign/static/src/upload/**/*",
        ],
        "web.assets_unit_tests": ["odoo_esign/static/tests/unit/**/*"],
        "web.assets_tests": ["odoo_esign/static/tests/backend_tours/**/*"],
        # what runs a tour on that page
        "odoo_esign.assets_signing_tests": [
            "web/static/src/core/browser/feature_detection.js",
            "web/static/src/core/hotkeys/hotkey_service.js",
            "web/static/src/core/macro.js",
            "web/static/src/core/transition.js",
            "web/static/src/core/ui/block_ui.js",
            "web/static/src/core/ui/ui_service.js",
            "web/static/src/core/utils/hooks.js",
            "web/static/src/core/utils/patch.js",
            "web/static/src/core/utils/timing.js",
            "web/static/src/core/utils/ui.js",
            "web/static/src/core/utils/xml.js",
            "web/static/lib/hoot-dom/**/*",
            "web_tour/static/src/js/tour_step.js",
            "web_tour/static/src/js/tour_state.js",
            "web_tour/static/src/js/utils/tour_utils.js",
            "web_tour/static/src/js/tour_automatic/**/*",
            "odoo_esign/static/tests/tours/**/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
    "application": True,
    "installable": True,
}
