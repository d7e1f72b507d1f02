import { Component, useState } from "@odoo/owl";

/** What is to be done, done or not; a click leads there. Wide screens only. */
export class TaskList extends Component {
    static template = "odoo_esign.TaskList";
    static props = { form: Object, goTo: Function };

    setup() {
        this.form = useState(this.props.form);
    }
}
