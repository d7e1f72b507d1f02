import {
    Component,
    markRaw,
    onMounted,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { canvasRatio, shownSize } from "./page_geometry";
import { loadPdfLibrary } from "./pdf_library";

/**
 * One page of a PDF: a placeholder of the right size that is drawn when it
 * comes near and freed when it has gone far. What lies over the page comes
 * in the slot `over`, which gets pdf.js' `viewport` of the page at scale 1.
 */
export class PageView extends Component {
    static template = "odoo_esign.PageView";
    static props = {
        pdf: { optional: true }, // pdf.js' PDFDocumentProxy, as soon as it is there
        index: Number, // 0-based
        count: Number,
        size: Object, // width, height, rotation in points, before rotation
        zoom: Object,
        fitWidth: Number, // width in points of what fits; wider pages are made smaller
        watcher: Object,
        eager: { type: Boolean, optional: true }, // wants its slot before it is near
        pinned: { type: Boolean, optional: true }, // drawn wherever it is
        onSeen: { type: Function, optional: true },
        onDrawn: { type: Function, optional: true },
        onFailed: { type: Function, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.state = useState({ viewport: null, drawn: false });
        this.root = useRef("root");
        this.canvasHost = useRef("canvas");
        this.textHost = useRef("text");
        this.near = this.props.pinned;
        const redraw = () => this.near && this.props.pdf && this.draw();
        onMounted(() => {
            this.props.watcher.add(this.root.el, {
                onNear: (near) => this.onNear(near),
                onVisible: (visible) => {
                    this.visible = visible;
                    this.tellSeen();
                },
            });
            this.props.zoom.bus.addEventListener("settled", redraw);
        });
        onWillUnmount(() => {
            this.props.watcher.remove(this.root.el);
            this.props.zoom.bus.removeEventListener("settled", redraw);
            this.release();
        });
        useEffect(
            (pdf) => {
                if (pdf && (this.near || this.props.eager)) {
                    this.open().then(redraw, () => this.props.onFailed?.());
                }
            },
            () => [this.props.pdf]
        );
    }

    get label() {
        return _t("Page %(number)s of %(count)s", {
            number: this.props.index + 1,
            count: this.props.count,
        });
    }

    get style() {
        const { width, height } = this.state.viewport || shownSize(this.props.size);
        return `--page-width: ${width}; --page-height: ${height}; --page-shrink: ${this.shrink};`;
    }

    get shrink() {
        const { width } = this.state.viewport || shownSize(this.props.size);
        return Math.min(1, this.props.fitWidth / width);
    }

    /** Opens the page in pdf.js (cheap), without drawing it. */
    open() {
        this.opening ||= this.props.pdf.getPage(this.props.index + 1).then((page) => {
            this.page = page;
            this.state.viewport = markRaw(page.getViewport({ scale: 1 }));
        });
        return this.opening;
    }

    onNear(near) {
        this.near = near || this.props.pinned;
        if (this.near && this.props.pdf) {
            this.draw();
        } else if (!this.near) {
            this.release();
        }
    }

    async draw() {
        const scale = this.props.zoom.scale * this.shrink;
        if (this.drawnScale === scale) {
            return;
        }
        this.drawing?.cancel();
        this.drawing = null;
        this.drawnScale = scale;
        try {
            await this.open();
            if (this.drawnScale === scale && this.canvasHost.el) {
                await this.drawCanvas(scale);
                await this.drawText();
            }
        } catch (error) {
            if (error?.name !== "RenderingCancelledException") {
                this.drawnScale = null;
                this.props.onFailed?.(error);
            }
        }
    }

    async drawCanvas(scale) {
        const css = this.page.getViewport({ scale });
        const ratio = canvasRatio(css.width, css.height, window.devicePixelRatio);
        const viewport = this.page.getViewport({ scale: scale * ratio });
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(viewport.width);
        canvas.height = Math.round(viewport.height);
        canvas.setAttribute("aria-hidden", "true");
        const canvasContext = canvas.getContext("2d", { alpha: false });
        this.drawing = this.page.render({ canvasContext, viewport });
        await this.drawing.promise;
        this.drawing = null;
        freeCanvas(this.canvasHost.el.firstElementChild);
        this.canvasHost.el.replaceChildren(canvas);
        this.state.drawn = true;
        this.props.onDrawn?.(this.props.index);
        this.tellSeen();
    }

    /** A page has been seen when it is visible and drawn. */
    tellSeen() {
        if (this.visible && this.state.drawn) {
            this.props.onSeen?.(this.props.index);
        }
    }

    /** The page's text for screen readers and for selecting: invisible, over the canvas. */
    async drawText() {
        if (this.textHost.el.childElementCount) {
            return;
        }
        const { TextLayer } = await loadPdfLibrary();
        this.textLayer = new TextLayer({
            textContentSource: this.page.streamTextContent({ includeMarkedContent: true }),
            container: this.textHost.el,
            viewport: this.page.getViewport({ scale: 1 }),
        });
        await this.textLayer.render().catch(() => {});
        // whoever marks words on the page can do so now
        this.root.el?.dispatchEvent(new CustomEvent("esign-text", { bubbles: true }));
    }

    release() {
        this.drawing?.cancel();
        this.drawing = null;
        this.textLayer?.cancel();
        this.drawnScale = null;
        if (this.canvasHost.el) {
            freeCanvas(this.canvasHost.el.firstElementChild);
            this.canvasHost.el.replaceChildren();
            this.textHost.el.replaceChildren();
            this.state.drawn = false;
        }
        this.page?.cleanup();
    }
}

/** Gives the pixels back at once; some browsers keep those of removed canvases. */
function freeCanvas(canvas) {
    if (canvas) {
        canvas.width = canvas.height = 0;
    }
}
