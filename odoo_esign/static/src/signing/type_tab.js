import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { writeSamples } from "./signature_fonts";

/** The name in handwriting, in a style of the signer's choice. */
export class TypeTab extends Component {
    static template = "odoo_esign.TypeTab";
    static props = { name: String, onImage: Function };

    setup() {
        this.state = useState({ family: null, samples: [], busy: true });
        onMounted(() => this.write(this.props.name)); // the fonts may take a while
        onWillUpdateProps(({ name }) => {
            if (name !== this.props.name) {
                this.write(name);
            }
        });
    }

    async write(name) {
        this.writing = name;
        this.state.busy = true;
        const samples = await writeSamples(name);
        if (this.writing === name) {
            Object.assign(this.state, { samples, busy: false });
            const chosen = samples.find(({ family }) => family === this.state.family) || samples[0];
            this.choose(chosen || { family: null, image: null }, false);
        }
    }

    choose({ family, image }, byHand = true) {
        this.state.family = family;
        this.props.onImage(image, byHand);
    }

    sampleLabel(index) {
        return _t("Style %s", index + 1);
    }
}
