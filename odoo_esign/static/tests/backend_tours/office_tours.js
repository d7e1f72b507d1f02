import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** On a phone all buttons but the first stand in a menu. */
const openMenu = {
    isActive: ["mobile"],
    content: "Open the menu with the other buttons",
    trigger: ".o_statusbar_buttons button[title=More]",
    run: "click",
};

/** A salesperson sends the quotation that is open. */
tours.add("odoo_esign_salesperson_sends", {
    steps: () => [
        { trigger: ".o_form_view .o_statusbar_buttons button" },
        openMenu,
        {
            content: "Send for signature",
            trigger: "button[name=action_esign_send]",
            run: "click",
        },
        {
            content: "The envelope says that it is being prepared",
            trigger: ".o_form_view .alert:contains('being prepared')",
        },
        {
            content: "It holds the customer",
            trigger: ".o_field_widget[name=signer_ids] .o_data_row, .o_field_widget[name=signer_ids] .o_kanban_record",
        },
    ],
});

/** A buyer confirms the order that is open; it waits for approval. */
tours.add("odoo_esign_buyer_confirms", {
    steps: () => [
        { trigger: ".o_form_view .o_statusbar_buttons button" },
        openMenu,
        {
            trigger: "button[name=button_confirm]",
            run: "click",
        },
        {
            content: "The order waits",
            trigger: ".o_field_widget[name=state]:contains('To Approve')",
        },
    ],
});

/** A manager finds the way to the signing page on the order; the page itself has its own tour. */
tours.add("odoo_esign_manager_opens", {
    steps: () => [
        {
            content: "Nothing but reading and approving is offered",
            trigger: ".o_form_view:not(:has(button[name=button_approve]))",
        },
        { trigger: "button[name=action_esign_sign]:enabled" },
    ],
});
