import { Component, useState } from "@odoo/owl";

/** The disclosure about signing electronically; ticked by hand, never in advance. */
export class ConsentCard extends Component {
    static template = "odoo_esign.ConsentCard";
    static props = { consent: Object, form: Object };

    setup() {
        this.form = useState(this.props.form);
    }

    /** Whether "Next" has led here before, and the box was not ticked. */
    get isMissed() {
        return this.form.missed === "consent" && !this.form.consent;
    }

    onChange(ev) {
        this.form.consent = ev.target.checked;
    }
}
