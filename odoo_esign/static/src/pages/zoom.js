import { EventBus, reactive } from "@odoo/owl";

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4];
const SMALLEST = STEPS[0];
const LARGEST = STEPS[STEPS.length - 1];
const SETTLE = 160; // milliseconds without a change before pages are drawn anew

/**
 * Zoom of all pages in one scrolling element. The scale (CSS pixels per PDF
 * point) is a CSS variable there: pages follow at once, without rendering
 * components; they are drawn anew, sharp, when the zoom has settled.
 *
 * `level` 1 fits a page into the available width.
 */
export class Zoom {
    constructor() {
        this.bus = new EventBus();
        this.state = reactive({ level: 1 });
        this.scale = 1;
        this.fitScale = 1;
        this.cleanups = [];
    }

    /**
     * @param {HTMLElement} scroller
     * @param {() => { page: number, available: number, most: number }} measure width of
     *  a page in points; width for it and widest it may become in CSS pixels
     */
    attach(scroller, measure) {
        this.scroller = scroller;
        this.measure = measure;
        const resizes = new ResizeObserver(() => this.refit());
        resizes.observe(scroller);
        this.cleanups.push(() => resizes.disconnect());
        this.listen("touchstart", (ev) => this.onTouchStart(ev), { passive: false });
        this.listen("touchmove", (ev) => this.onTouchMove(ev), { passive: false });
        this.listen("touchend", () => (this.pinch = null));
        this.listen("touchcancel", () => (this.pinch = null));
        this.listen("wheel", (ev) => this.onWheel(ev), { passive: false });
        this.refit();
    }

    listen(type, handler, options) {
        this.scroller.addEventListener(type, handler, options);
        this.cleanups.push(() => this.scroller.removeEventListener(type, handler, options));
    }

    detach() {
        clearTimeout(this.settling);
        this.cleanups.splice(0).forEach((cleanup) => cleanup());
        this.scroller = null;
    }

    refit() {
        if (!this.scroller) {
            return;
        }
        const { page, available, most } = this.measure();
        if (available > 0 && page > 0) {
            this.fitScale = Math.min(available, most) / page;
            // whoever has not begun to read stays at the start
            this.apply(this.scroller.scrollTop > 0 && this.centre);
        }
    }

    get centre() {
        const { left, top, width, height } = this.scroller.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
    }

    get canZoomIn() {
        return this.state.level < LARGEST;
    }
    get canZoomOut() {
        return this.state.level > SMALLEST;
    }
    zoomIn() {
        this.setLevel(STEPS.find((step) => step > this.state.level + 0.01) || LARGEST);
    }
    zoomOut() {
        this.setLevel(STEPS.findLast((step) => step < this.state.level - 0.01) || SMALLEST);
    }
    fit() {
        this.setLevel(1);
    }
    /** At least so many CSS pixels per point, e.g. to make a small field usable. */
    atLeast(scale) {
        if (this.scale < scale) {
            this.setLevel(scale / this.fitScale);
        }
    }

    /**
     * @param {number} level
     * @param {{ x: number, y: number }} [point] of the window that stays where it is
     */
    setLevel(level, point = this.centre) {
        this.state.level = Math.min(LARGEST, Math.max(SMALLEST, level));
        this.apply(point);
    }

    apply(point) {
        const scale = this.fitScale * this.state.level;
        const anchor = point && scale !== this.scale && this.findAnchor(point);
        this.scale = scale;
        this.scroller.style.setProperty("--esign-zoom", scale);
        if (anchor) {
            this.keepAnchor(anchor);
        }
        clearTimeout(this.settling);
        this.settling = setTimeout(() => this.bus.trigger("settled"), SETTLE);
    }

    /** The page under a point of the window, and where on the page the point is. */
    findAnchor({ x, y }) {
        for (const page of this.scroller.querySelectorAll(".o_esign_page")) {
            const box = page.getBoundingClientRect();
            if (box.top <= y && box.bottom >= y) {
                const across = (x - box.left) / box.width;
                return { page, x, y, across, down: (y - box.top) / box.height };
            }
        }
    }

    keepAnchor({ page, x, y, across, down }) {
        const box = page.getBoundingClientRect();
        this.scroller.scrollBy({
            left: box.left + across * box.width - x,
            top: box.top + down * box.height - y,
            behavior: "instant",
        });
    }

    onTouchStart(ev) {
        if (ev.touches.length === 2) {
            ev.preventDefault();
            this.pinch = { distance: spread(ev.touches), level: this.state.level };
        }
    }

    onTouchMove(ev) {
        if (this.pinch && ev.touches.length === 2) {
            ev.preventDefault();
            const [one, two] = ev.touches;
            this.setLevel((this.pinch.level * spread(ev.touches)) / this.pinch.distance, {
                x: (one.clientX + two.clientX) / 2,
                y: (one.clientY + two.clientY) / 2,
            });
        }
    }

    /** Control and wheel; also what browsers make of a pinch on a touch pad. */
    onWheel(ev) {
        if (ev.ctrlKey) {
            ev.preventDefault();
            const point = { x: ev.clientX, y: ev.clientY };
            const pixels = Math.max(-50, Math.min(50, ev.deltaY));
            this.setLevel(this.state.level * Math.exp(-pixels / 100), point);
        }
    }
}

function spread([one, two]) {
    return Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) || 1;
}
