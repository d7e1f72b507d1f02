import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Whose page this is, and the zoom. */
export class PageHeader extends Component {
    static template = "odoo_esign.PageHeader";
    static props = {
        company: Object,
        // {url, hint}: on a device that its owner handed over
        wayBack: { type: [Object, { value: null }], optional: true },
        zoom: { type: Object, optional: true },
        openFind: { type: Function, optional: true },
        slots: { type: Object, optional: true }, // default: a second line
    };

    setup() {
        this.zoomState = this.props.zoom && useState(this.props.zoom.state);
    }

    get zoomText() {
        return _t("%s%", Math.round(this.zoomState.level * 100));
    }
}
