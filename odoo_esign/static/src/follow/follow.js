import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PAUSE = 2_000;
const LONGEST_PAUSE = 20_000;
const ROUNDS = 60;

/** Loads the form again as soon as the jobs have brought the envelope on; shows nothing. */
export class EsignFollow extends Component {
    static template = xml`<span class="o_esign_follow"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.pause = PAUSE;
        this.rounds = 0;
        onMounted(() => this.plan());
        onWillUnmount(() => {
            this.left = true;
            browser.clearTimeout(this.timer);
        });
    }

    plan() {
        if (!this.left && this.rounds++ < ROUNDS) {
            this.timer = browser.setTimeout(() => this.look(), this.pause);
            this.pause = Math.min(this.pause * 1.25, LONGEST_PAUSE);
        }
    }

    async look() {
        const { record } = this.props;
        if (record.resId && !(await record.isDirty())) {
            const [now] = await this.orm.silent.read(
                "esign.envelope",
                [record.resId],
                ["state", "needs_attention"]
            );
            const moved = ["state", "needs_attention"].some(
                (name) => now && now[name] !== record.data[name]
            );
            if (moved && !this.left) {
                await record.load();
            }
        }
        this.plan();
    }
}

registry.category("view_widgets").add("esign_follow", { component: EsignFollow });
