const TYPING_SIZE = 16; // CSS pixels of letters that one can type into on a phone
const TYPED_KINDS = ["text", "number", "multiline", "selection"];
const CONTROLS = "input, textarea, select, button";

/** Takes the signer to a task, and enlarges small fields where one types on glass. */
export class Guide {
    /** @param {import("../pages/zoom").Zoom} zoom */
    constructor(zoom) {
        this.zoom = zoom;
        this.touch = window.matchMedia("(pointer: coarse)").matches;
    }

    /** The element of a task, see `SigningForm.tasks`; a field's key is `field_<id>`. */
    find(key) {
        return document.querySelector(`[data-task="${key}"]`);
    }

    /** @param {{ key: string, field?: Object }} task */
    show({ key, field }) {
        if (!this.isTyped(field)) {
            this.restoreZoom();
        }
        const el = this.find(key) || document.querySelector(".o_esign_documents");
        this.bringIntoView(el);
        if (el.dataset.task) {
            el.querySelector(CONTROLS)?.focus({ preventScroll: true });
        }
    }

    /** @param {{ documentId: number, index: number }} page */
    showPage({ documentId, index }) {
        this.restoreZoom();
        const page = `[data-document="${documentId}"] .o_esign_page[data-page="${index}"]`;
        this.bringIntoView(document.querySelector(page));
    }

    bringIntoView(el) {
        const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        el.scrollIntoView({
            block: el.dataset.task ? "center" : "start",
            inline: "center",
            behavior: still ? "instant" : "smooth",
        });
    }

    isTyped(field) {
        return Boolean(field) && !field.readonly && TYPED_KINDS.includes(field.kind);
    }

    /** A field got the focus, by whatever means. */
    onFocus(field) {
        if (this.touch && this.isTyped(field)) {
            const el = this.find(`field_${field.id}`);
            const points = parseFloat(el.style.getPropertyValue("--font-points"));
            this.levelBefore ??= this.zoom.state.level;
            this.zoom.atLeast(TYPING_SIZE / points);
            this.bringIntoView(el);
        }
    }

    /** Undoes the enlarging when typing is over. */
    restoreZoom() {
        if (this.levelBefore !== undefined) {
            this.zoom.setLevel(this.levelBefore);
            this.levelBefore = undefined;
        }
    }
}
