import { registry } from "@web/core/registry";
import { readDocument } from "./signing_steps";

/** A customer asks something, and then hands the request on. */
registry.category("web_tour.tours").add("odoo_esign_customer_asks", {
    steps: () => [
        ...readDocument,
        {
            trigger: ".o_esign_ask",
            run: "click",
        },
        {
            content: "An empty question is none",
            trigger: ".o_esign_modal[data-name=ask] .o_esign_ask_confirm",
            run: "click",
        },
        {
            trigger: ".o_esign_modal .o_esign_error:not(:empty)",
        },
        {
            trigger: ".o_esign_modal #o_esign_question",
            run: "edit Does the price include delivery?",
        },
        {
            trigger: ".o_esign_modal .o_esign_ask_confirm",
            run: "click",
        },
        {
            content: "It has arrived",
            trigger: ".o_esign_modal .o_esign_ask_sent",
        },
        {
            trigger: ".o_esign_modal .o_esign_modal_close",
            run: "click",
        },
        {
            trigger: ".o_esign_delegate",
            run: "click",
        },
        {
            trigger: ".o_esign_modal[data-name=delegate] #o_esign_other_name",
            run: "edit Olga Other",
        },
        {
            trigger: ".o_esign_modal #o_esign_other_email",
            run: "edit olga@example.net",
        },
        {
            trigger: ".o_esign_modal #o_esign_other_reason",
            run: "edit She decides this.",
        },
        {
            trigger: ".o_esign_modal .o_esign_delegate_confirm",
            run: "click",
        },
        {
            trigger: ".o_esign_end[data-state=delegated] h1",
        },
    ],
});
