import { registry } from "@web/core/registry";
import { readDocument } from "./signing_steps";

/** A customer declines; a reason is asked for. */
registry.category("web_tour.tours").add("odoo_esign_customer_declines", {
    steps: () => [
        ...readDocument,
        {
            trigger: ".o_esign_decline",
            run: "click",
        },
        {
            content: "Not without a reason",
            trigger: ".o_esign_modal[data-name=decline] .o_esign_decline_confirm",
            run: "click",
        },
        {
            trigger: ".o_esign_modal .o_esign_error:not(:empty)",
        },
        {
            trigger: ".o_esign_modal #o_esign_reason",
            run: "edit The delivery date is too late for us.",
        },
        {
            trigger: ".o_esign_modal .o_esign_decline_confirm",
            run: "click",
        },
        {
            trigger: ".o_esign_end[data-state=declined] h1",
        },
    ],
});
