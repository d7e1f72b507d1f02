import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { stylesFor, writeName } from "./signature_fonts";

/** The name in handwriting, in a style of the signer's choice. */
export class TypeTab extends Component {
    static template = "odoo_esign.TypeTab";
    static props = { name: String, onImage: Function };

    setup() {
        this.state = useState({ family: null, samples: [] });
        onWillStart(() => this.write(this.props.name));
        onWillUpdateProps(({ name }) => {
            if (name !== this.props.name) {
                this.write(name);
            }
        });
    }

    async write(name) {
        this.writing = name;
        const samples = await Promise.all(
            stylesFor(name).map(async (style) => ({
                family: style.family,
                image: await writeName(name, style),
            }))
        );
        if (this.writing === name) {
            this.state.samples = samples.filter(({ image }) => image);
            const chosen = samples.find(({ family }) => family === this.state.family) || samples[0];
            this.choose(chosen);
        }
    }

    choose({ family, image }) {
        this.state.family = family;
        this.props.onImage(image);
    }

    sampleLabel(index) {
        return _t("Style %s", index + 1);
    }
}
