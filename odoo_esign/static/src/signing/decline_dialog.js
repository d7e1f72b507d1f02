import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isolate } from "./isolate";
import { Modal } from "./modal";

/** Declining, with the reason that the sender will read. */
export class DeclineDialog extends Component {
    static template = "odoo_esign.DeclineDialog";
    static components = { Modal };
    static props = {
        senderName: String,
        ends: Boolean, // for the others too
        send: Function, // (reason) => Promise of an error message, or nothing
        waiting: Boolean, // for the connection to come back
        close: Function,
    };

    setup() {
        this.state = useState({ reason: "", error: "", sending: false });
    }

    get title() {
        return _t("Decline");
    }

    get explanation() {
        const sender = isolate(this.props.senderName);
        return this.props.ends
            ? _t(
                  "%s will be told that you declined, and why. The others can't sign it any more then.",
                  sender
              )
            : _t(
                  "%s will be told that you declined, and why. Nothing will be signed in your name.",
                  sender
              );
    }

    onInput(ev) {
        this.state.reason = ev.target.value;
        this.state.error = "";
    }

    async confirm() {
        if (this.state.sending) {
            return;
        }
        const reason = this.state.reason.trim();
        if (reason) {
            this.state.sending = true;
            this.state.error = (await this.props.send(reason)) || "";
            this.state.sending = false;
        } else {
            this.state.error = _t("Please give a reason.");
        }
        if (this.state.error) {
            document.getElementById("o_esign_reason")?.focus();
        }
    }
}
