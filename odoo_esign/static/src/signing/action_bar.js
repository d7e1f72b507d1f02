import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isolate } from "./isolate";

/** One main button, always the next thing to do; declining beside it. */
export class ActionBar extends Component {
    static template = "odoo_esign.ActionBar";
    static props = {
        form: Object,
        sending: Boolean,
        waiting: Boolean,
        error: { type: String, optional: true },
        next: Function,
        finish: Function,
        decline: Function,
    };

    setup() {
        this.form = useState(this.props.form);
    }

    get progress() {
        const tasks = this.form.tasks;
        return { done: tasks.filter((task) => task.done).length, all: tasks.length };
    }

    get hint() {
        const task = this.form.nextTask;
        if (this.props.waiting) {
            return _t("No connection. Trying again…");
        }
        if (this.props.sending) {
            return _t("Sending…");
        }
        return task ? _t("Next: %s", isolate(task.label)) : _t("Everything is filled in.");
    }

    get finishLabel() {
        return this.form.approves ? _t("Approve") : _t("Sign");
    }
}
