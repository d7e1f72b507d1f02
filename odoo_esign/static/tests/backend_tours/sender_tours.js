import { registry } from "@web/core/registry";

/** A row on a desktop, a card on a phone. */
const PARTICIPANT = ".o_field_widget[name=signer_ids]";

/** A sender re-opens what has expired, reminds, and could hand over the own device. */
registry.category("web_tour.tours").add("odoo_esign_sender_presses_buttons", {
    steps: () => [
        {
            trigger: ".o_form_view .o_statusbar_buttons button[name=action_ask_extend]:contains(Re-open)",
            run: "click",
        },
        {
            content: "The dialog says who is told",
            trigger: ".modal .o_field_widget[name=told_names]:contains(Clara Customer)",
        },
        {
            trigger: ".modal button[name=action_extend]:contains(Re-open)",
            run: "click",
        },
        {
            content: "It is out again; the first button reminds",
            trigger: "body:not(:has(.modal)) .o_form_view .o_statusbar_buttons button[name=action_remind]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(A reminder goes out to Clara Customer)",
        },
        {
            content: "Beside the participant the device can be handed over, on a page with no tours",
            trigger: `${PARTICIPANT} button[name=action_sign_here]:enabled`,
        },
    ],
});
