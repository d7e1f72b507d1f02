import { Component, onMounted, useRef } from "@odoo/owl";

/** Who asks whom for what, and by when: as the server wrote it, with what one can do about it. */
export class IntroCard extends Component {
    static template = "odoo_esign.IntroCard";
    static props = {
        page: Object,
        ask: { type: Function, optional: true },
        delegate: { type: Function, optional: true },
    };

    setup() {
        const card = useRef("card");
        onMounted(() => card.el.prepend(this.env.intro));
    }
}
