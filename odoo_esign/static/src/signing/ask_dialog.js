import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isolate } from "./isolate";
import { Modal } from "./modal";

/** A question to the sender, answered by mail. */
export class AskDialog extends Component {
    static template = "odoo_esign.AskDialog";
    static components = { Modal };
    static props = {
        senderName: String,
        send: Function, // (question) => Promise of the server's answer
        waiting: Boolean, // for the connection to come back
        close: Function,
    };

    setup() {
        this.state = useState({ question: "", error: "", sent: "", sending: false });
    }

    get title() {
        return _t("Ask %s", isolate(this.props.senderName));
    }

    onInput(ev) {
        this.state.question = ev.target.value;
        this.state.error = "";
    }

    async confirm() {
        if (this.state.sending) {
            return;
        }
        this.state.sending = true;
        try {
            const answer = await this.props.send(this.state.question);
            this.state[answer.ok ? "sent" : "error"] = answer.message;
        } catch (error) {
            console.error(error);
            this.state.error = _t("Something went wrong on our side. Please try again.");
        }
        this.state.sending = false;
        if (this.state.sent) {
            // what had the focus is gone with the question
            document.getElementById("o_esign_modal_title")?.focus();
        } else if (this.state.error) {
            document.getElementById("o_esign_question")?.focus();
        }
    }
}
