/**
 * Tells pages when they come near the visible part of a scrolling element (to
 * be drawn), leave it (to be freed), and when they have really been seen.
 */
export class PageWatcher {
    /** @param {() => HTMLElement} getRoot the scrolling element, once it is there */
    constructor(getRoot) {
        this.getRoot = getRoot;
        this.pages = new Map();
    }

    start() {
        const root = this.getRoot();
        const watch = (handler, options) =>
            new IntersectionObserver((entries) => entries.forEach(handler), { root, ...options });
        this.near = watch((entry) => this.onNear(entry), { rootMargin: "150% 25%" });
        this.visible = watch((entry) => this.onVisible(entry), { threshold: [0, 0.25, 0.5, 0.75] });
    }

    /**
     * @param {HTMLElement} el
     * @param {{ onNear: (near: boolean) => void, onVisible: (visible: boolean) => void }} handlers
     */
    add(el, handlers) {
        if (!this.near) {
            this.start();
        }
        this.pages.set(el, handlers);
        this.near.observe(el);
        this.visible.observe(el);
    }

    remove(el) {
        this.pages.delete(el);
        this.near?.unobserve(el);
        this.visible?.unobserve(el);
    }

    destroy() {
        this.near?.disconnect();
        this.visible?.disconnect();
    }

    onNear({ target, isIntersecting }) {
        this.pages.get(target)?.onNear(isIntersecting);
    }

    /** Visible: half of the page is in the window, or the page fills half of the window. */
    onVisible({ target, intersectionRatio, intersectionRect }) {
        const fills = intersectionRect.height >= this.getRoot().clientHeight / 2;
        this.pages.get(target)?.onVisible(intersectionRatio >= 0.5 || fills);
    }
}
