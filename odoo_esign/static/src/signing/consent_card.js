import { Component, useState } from "@odoo/owl";

/** The disclosure about signing electronically; ticked by hand, never in advance. */
export class ConsentCard extends Component {
    static template = "odoo_esign.ConsentCard";
    static props = { consent: Object, form: Object, error: { type: String, optional: true } };

    setup() {
        this.form = useState(this.props.form);
    }

    onChange(ev) {
        this.form.consent = ev.target.checked;
    }
}
