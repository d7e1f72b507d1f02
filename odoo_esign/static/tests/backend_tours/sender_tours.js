import { registry } from "@web/core/registry";

/** A row on a desktop, a card on a phone. */
const PARTICIPANT = ".o_field_widget[name=signer_ids]";

/** A sender re-opens what has expired, reminds, and could hand over the own device. */
registry.category("web_tour.tours").add("odoo_esign_sender_presses_buttons", {
    steps: () => [
        {
            trigger: ".o_form_view .o_statusbar_buttons button[name=action_ask_extend]:contains(Reopen)",
            run: "click",
        },
        {
            content: "The dialog says who is told",
            trigger: ".modal .o_field_widget[name=told_names]:contains(Clara Customer)",
        },
        {
            content: "Nothing covers the dialog",
            trigger: "body:not(:has(.o_datetime_picker)) .modal button[name=action_extend]:contains(Reopen)",
            run: "click",
        },
        {
            content: "It is out again; the first button reminds",
            trigger: "body:not(:has(.modal)) .o_form_view .o_statusbar_buttons button[name=action_remind]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(A reminder is being sent to Clara Customer)",
        },
        {
            content: "Beside the participant the device can be handed over, on a page with no tours",
            trigger: `${PARTICIPANT} button[name=action_sign_here]:enabled`,
        },
    ],
});

const CHOICE = `${PARTICIPANT} .o_kanban_record .o_field_esign_document_choice`;

/** On a phone a sender chooses the documents on the participant's card; its dialog keeps them. */
registry.category("web_tour.tours").add("odoo_esign_sender_chooses_on_a_card", {
    steps: () => [
        {
            trigger: `${CHOICE} button:contains(All)`,
            run: "click",
        },
        {
            trigger: ".o_esign_document_choice:contains(Agreement 2)",
            run: "click",
        },
        {
            trigger: ".o_esign_document_choice[aria-checked=false]:contains(Agreement 2)",
        },
        {
            content: "Close the sheet",
            trigger: ".o_bottom_sheet_backdrop",
            run: "click",
        },
        {
            content: "What was chosen is saved",
            trigger: `.o_form_view:not(:has(.o_form_button_save:visible)) ${CHOICE} button:contains(Agreement 1):not(:contains(Agreement 2))`,
        },
        {
            trigger: `${PARTICIPANT} .o_kanban_record .fw-bold:contains(Clara Customer)`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=role] input",
            run: "edit Tenant",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) ${CHOICE} button:not(:contains(Agreement 2))`,
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_view:not(:has(.o_form_button_save:visible))",
        },
    ],
});
