import { Component, useState } from "@odoo/owl";
import { readImageFile } from "./signature_image";

/** A picture of a signature made elsewhere. */
export class UploadTab extends Component {
    static template = "odoo_esign.UploadTab";
    static props = { onImage: Function };

    setup() {
        this.state = useState({ image: null, error: "" });
    }

    async onChange(ev) {
        const [file] = ev.target.files;
        if (!file) {
            return;
        }
        try {
            this.state.image = await readImageFile(file);
            this.state.error = "";
        } catch (error) {
            this.state.image = null;
            this.state.error = error.message;
        }
        this.props.onImage(this.state.image);
        ev.target.value = "";
    }
}
