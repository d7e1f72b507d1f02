import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { openPdf } from "./pdf_library";
import { PageView } from "./page_view";

/**
 * All pages of one PDF, one below the other. The slot `page` is rendered over
 * each page, with `document`, `index` and `viewport`.
 */
export class DocumentView extends Component {
    static template = "odoo_esign.DocumentView";
    static components = { PageView };
    static props = {
        document: Object, // id, name, url, pages: [{ width, height, rotation }]
        zoom: Object,
        fitWidth: Number,
        watcher: Object,
        eagerPages: { type: Array, optional: true }, // indexes whose slot is wanted at once
        pinFirst: { type: Boolean, optional: true }, // draw the first page wherever it is
        onOpened: { type: Function, optional: true },
        onDrawn: { type: Function, optional: true },
        onSeen: { type: Function, optional: true },
        slots: { type: Object, optional: true },
    };
    static defaultProps = { eagerPages: [] };

    setup() {
        this.state = useState({ failed: false, ready: false });
        onMounted(() => this.open());
        onWillUnmount(() => this.close());
    }

    /** The document itself is kept out of the reactive state: pdf.js needs its own object. */
    get pdf() {
        return this.state.ready ? this.openedPdf : undefined;
    }

    async open() {
        this.state.failed = false;
        try {
            this.task = await openPdf(this.props.document.url);
            this.openedPdf = await this.task.promise;
            this.state.ready = true;
            this.props.onOpened?.(this.props.document, this.openedPdf);
        } catch {
            this.state.failed = !this.closed;
        }
    }

    close() {
        this.closed = true;
        this.task?.destroy();
    }

    onDrawn(index) {
        this.props.onDrawn?.(this.props.document, index);
    }
    onSeen(index) {
        this.props.onSeen?.(this.props.document, index);
    }
    onFailed() {
        this.state.failed = !this.closed;
    }
}
