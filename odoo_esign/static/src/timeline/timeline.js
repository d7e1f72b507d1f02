import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The zone in which the form shows its times: the browser's. */
const inThisZone = () => ({ context: { tz: luxon.DateTime.local().zoneName } });

/** The evidence log of an envelope: what happened, day by day, and whether the log is whole. */
export class EsignTimeline extends Component {
    static template = "odoo_esign.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({
            lines: [],
            more: false,
            participants: [],
            check: null,
            checking: false,
            participant: 0,
            technical: false,
            opened: {},
        });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(({ record }) => {
            // the form was saved or loaded again: something may have happened
            if (record.resId !== this.resId || record.data.evidence_count !== this.count) {
                return this.load(record);
            }
        });
    }

    async load({ resId, data }) {
        Object.assign(this, { resId, count: data.evidence_count });
        const { lines, more, participants, check } = resId
            ? await this.orm.call("esign.envelope", "get_timeline", [resId], inThisZone())
            : { lines: [], more: false, participants: [], check: null };
        Object.assign(this.state, { lines, more, participants, check });
    }

    async loadOlder() {
        const before = this.state.lines.at(-1).seq;
        const older = await this.orm.call(
            "esign.envelope",
            "get_timeline",
            [this.resId, before],
            inThisZone()
        );
        this.state.lines.push(...older.lines);
        this.state.more = older.more;
    }

    async checkAll() {
        this.state.checking = true;
        try {
            this.state.check = await this.orm.call("esign.envelope", "check_timeline", [this.resId]);
        } finally {
            this.state.checking = false;
        }
    }

    /** The lines to be shown, by day: `[{ day, label, lines }]`, the newest day first. */
    get days() {
        const days = [];
        for (const line of this.shownLines) {
            if (days.at(-1)?.day !== line.day) {
                days.push({ day: line.day, label: line.day_label, lines: [] });
            }
            days.at(-1).lines.push(line);
        }
        return days;
    }

    get shownLines() {
        const { lines, participant, technical } = this.state;
        return lines.filter(
            (line) =>
                (technical || !line.technical || this.isBroken(line)) &&
                (!participant || line.signer === participant)
        );
    }

    /** What is wrong with a line, in words; nothing for one that is as it was written. */
    problemsOf({ seq }) {
        return (this.state.check?.problems || [])
            .filter((problem) => problem.seq === seq)
            .map(({ what, text }) => what || text);
    }

    isBroken(line) {
        return this.problemsOf(line).length > 0;
    }

    toneOf(line) {
        return this.isBroken(line) ? "bad" : line.tone || "usual";
    }

    get checkLabel() {
        return this.state.checking ? _t("Checking…") : _t("Check the signed documents too");
    }

    onParticipant(ev) {
        this.state.participant = Number(ev.target.value);
    }

    toggleFacts({ seq }) {
        this.state.opened[seq] = !this.state.opened[seq];
    }
}

registry.category("view_widgets").add("esign_timeline", {
    component: EsignTimeline,
    fieldDependencies: [{ name: "evidence_count", type: "integer" }],
});
