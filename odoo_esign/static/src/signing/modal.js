import { Component, onMounted, onWillUnmount, useRef } from "@odoo/owl";

/**
 * A dialog on the browser's own `<dialog>`: it keeps the focus inside, makes
 * the rest inert, closes on Escape and gives the focus back.
 */
export class Modal extends Component {
    static template = "odoo_esign.Modal";
    static props = {
        title: String,
        close: Function,
        name: { type: String, optional: true }, // for style sheets and tests
        focusTitle: { type: Boolean, optional: true }, // else the element with `autofocus`
        slots: Object,
    };
    static defaultProps = { focusTitle: true };

    setup() {
        this.dialog = useRef("dialog");
        onMounted(() => this.dialog.el.showModal());
        onWillUnmount(() => this.dialog.el.close());
    }
}
