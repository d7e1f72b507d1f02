/* global SignaturePad */
import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { loadJS } from "@web/core/assets";
import { INK } from "./signature_fonts";
import { trimmedImage } from "./signature_image";

const PAD = "/web/static/lib/signature_pad/signature_pad.umd.js";
const TRY_AGAIN = 2000; // milliseconds

/** Fetches what drawing needs ahead of time: the line may be gone when it is wanted. */
export function fetchPad() {
    return loadJS(PAD);
}

/** Drawing a signature with finger, pen or mouse. */
export class DrawTab extends Component {
    static template = "odoo_esign.DrawTab";
    static props = { onImage: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ empty: true, ready: false, offline: false });
        onMounted(() => this.load());
        onWillUnmount(() => this.stop());
    }

    /** The dialog does not wait for it: without a connection one can still type. */
    async load() {
        try {
            await fetchPad();
        } catch {
            if (this.canvas.el) {
                this.state.offline = true;
                this.timer = setTimeout(() => this.load(), TRY_AGAIN);
            }
            return;
        }
        if (this.canvas.el) {
            this.start();
            Object.assign(this.state, { ready: true, offline: false });
        }
    }

    start() {
        const style = getComputedStyle(this.canvas.el);
        this.pad = new SignaturePad(this.canvas.el, {
            penColor: INK,
            minWidth: parseFloat(style.getPropertyValue("--pen-min")) || 0.8,
            maxWidth: parseFloat(style.getPropertyValue("--pen-max")) || 2.8,
            throttle: 0,
        });
        heedPressure(this.pad);
        this.pad.addEventListener("endStroke", () => this.report());
        this.resizes = new ResizeObserver(() => this.resize());
        this.resizes.observe(this.canvas.el);
    }

    stop() {
        clearTimeout(this.timer);
        this.resizes?.disconnect();
        this.pad?.off();
    }

    /** Sharp on every screen; what is drawn stays when the device is turned. */
    resize() {
        const canvas = this.canvas.el;
        const ratio = Math.max(2, window.devicePixelRatio || 1);
        const [width, height] = [canvas.offsetWidth * ratio, canvas.offsetHeight * ratio];
        if (width && (canvas.width !== width || canvas.height !== height)) {
            const shrink = Math.min(1, width / (this.width || width), height / (this.height || height));
            const strokes = this.pad.toData().map((stroke) => ({
                ...stroke,
                points: stroke.points.map((point) => ({
                    ...point,
                    x: point.x * shrink,
                    y: point.y * shrink,
                })),
            }));
            Object.assign(this, { width, height });
            Object.assign(canvas, { width, height });
            canvas.getContext("2d").scale(ratio, ratio);
            this.pad.fromData(strokes);
        }
    }

    undo() {
        this.pad.fromData(this.pad.toData().slice(0, -1));
        this.report();
    }

    clear() {
        this.pad.clear();
        this.report();
    }

    report() {
        this.state.empty = this.pad.isEmpty();
        this.props.onImage(this.state.empty ? null : trimmedImage(this.canvas.el));
    }
}

/** A pen that feels how hard it is pressed writes thicker then; others write by speed alone. */
function heedPressure(pad) {
    const bySpeed = pad._calculateCurveWidths.bind(pad);
    pad._calculateCurveWidths = (from, to, options) => {
        const widths = bySpeed(from, to, options);
        const felt = to.pressure > 0 && to.pressure < 1 && to.pressure !== 0.5;
        const factor = felt ? 0.4 + 1.2 * to.pressure : 1;
        pad._lastWidth = widths.end *= factor; // the next piece goes on from there
        return widths;
    };
}
