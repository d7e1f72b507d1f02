import { Component, useState } from "@odoo/owl";
import { readImageFile, withoutPaper } from "./signature_image";

/** A picture of a signature made elsewhere. */
export class UploadTab extends Component {
    static template = "odoo_esign.UploadTab";
    static props = { onImage: Function, isInk: Boolean };

    setup() {
        // of a photo, the ink alone is wanted
        this.state = useState({ image: null, error: "", clean: this.props.isInk });
    }

    async onChange(ev) {
        const [file] = ev.target.files;
        if (!file) {
            return;
        }
        try {
            this.canvas = await readImageFile(file);
            this.state.error = "";
            this.show();
        } catch (error) {
            this.state.image = null;
            this.state.error = error.message;
            this.props.onImage(null);
        }
        ev.target.value = "";
    }

    onClean(ev) {
        this.state.clean = ev.target.checked;
        this.show();
    }

    show() {
        this.state.image = this.state.clean
            ? withoutPaper(this.canvas)
            : this.canvas.toDataURL("image/png");
        this.props.onImage(this.state.image);
    }
}
