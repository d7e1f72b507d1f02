import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isolate } from "./isolate";
import { Modal } from "./modal";

/** Handing the request on to somebody else, with the reason that the sender will read. */
export class DelegateDialog extends Component {
    static template = "odoo_esign.DelegateDialog";
    static components = { Modal };
    static props = {
        senderName: String,
        asksPhone: Boolean,
        send: Function, // (person) => Promise of an error message, or nothing
        waiting: Boolean, // for the connection to come back
        close: Function,
    };

    setup() {
        this.person = useState({ name: "", email: "", phone: "", reason: "" });
        this.state = useState({ error: "", wrong: [], sending: false });
    }

    get title() {
        return _t("Ask someone else");
    }

    get explanation() {
        return _t(
            "The other person will get their own email, and your link will stop working. %s will be notified.",
            isolate(this.props.senderName)
        );
    }

    onInput(name, ev) {
        this.person[name] = ev.target.value;
        Object.assign(this.state, { error: "", wrong: [] });
    }

    /** The names of the places that have to be changed. */
    findWrong() {
        const required = ["name", "email", "reason", ...(this.props.asksPhone ? ["phone"] : [])];
        const empty = required.filter((name) => !this.person[name].trim());
        // what is there and refused all the same is an address that can't be used
        return empty.length ? empty : ["email"];
    }

    isWrong(name) {
        return this.state.wrong.includes(name) ? "true" : undefined;
    }

    async confirm() {
        if (this.state.sending) {
            return;
        }
        this.state.sending = true;
        this.state.error = (await this.props.send({ ...this.person })) || "";
        this.state.wrong = this.state.error ? this.findWrong() : [];
        this.state.sending = false;
        if (this.state.wrong.length) {
            document.getElementById(`o_esign_other_${this.state.wrong[0]}`)?.focus();
        }
    }
}
