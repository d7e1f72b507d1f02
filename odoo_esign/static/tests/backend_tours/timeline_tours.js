import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The sender opens the log of an envelope that somebody has signed. */
tours.add("odoo_esign_sender_reads_log", {
    steps: () => [
        {
            trigger: ".o_form_view .o_notebook a.nav-link[name=log]",
            run: "click",
        },
        {
            content: "The log is intact",
            trigger: ".o_esign_timeline_check.o_esign_whole",
        },
        {
            content: "Somebody has signed",
            trigger: ".o_esign_timeline_line[data-code=signed][data-tone=good]",
        },
        {
            content: "What the machine did is left out",
            trigger: ".o_esign_timeline:not(:has([data-code=sealed]))",
        },
        {
            trigger: ".o_esign_timeline_technical",
            run: "click",
        },
        {
            trigger: ".o_esign_timeline_line[data-code=sealed] .o_esign_timeline_facts button",
            run: "click",
        },
        {
            content: "The facts of that line",
            trigger: ".o_esign_timeline_line[data-code=sealed] pre:contains(byte_range)",
        },
        {
            trigger: ".o_esign_timeline_deep",
            run: "click",
        },
        {
            content: "The signed documents agree with it",
            trigger: ".o_esign_timeline_verdict:contains('the signed documents agree')",
        },
    ],
});

/** Somebody who was asked finds the document behind the counter. */
tours.add("odoo_esign_approver_finds_document", {
    steps: () => [
        {
            content: "One document waits",
            trigger: ".o_menu_systray .o_esign_waiting_count:contains(1)",
        },
        {
            trigger: ".o_menu_systray .o_esign_waiting",
            run: "click",
        },
        {
            content: "It leads to the signing page",
            trigger: ".o_esign_waiting_document[href^='/esign/sign/']:contains('Agreement')",
        },
    ],
});
