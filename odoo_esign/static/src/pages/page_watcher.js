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
        this.seen = watch((entry) => this.onSeen(entry), { threshold: [0, 0.25, 0.5, 0.75] });
    }

    /**
     * @param {HTMLElement} el
     * @param {{ onNear: (near: boolean) => void, onSeen: () => void }} handlers
     */
    add(el, handlers) {
        if (!this.near) {
            this.start();
        }
        this.pages.set(el, handlers);
        this.near.observe(el);
        this.seen.observe(el);
    }

    remove(el) {
        this.pages.delete(el);
        this.near?.unobserve(el);
        this.seen?.unobserve(el);
    }

    destroy() {
        this.near?.disconnect();
        this.seen?.disconnect();
    }

    onNear({ target, isIntersecting }) {
        this.pages.get(target)?.onNear(isIntersecting);
    }

    /** Seen: half of the page is visible, or the page fills half of the window. */
    onSeen({ target, intersectionRatio, intersectionRect }) {
        const fills = intersectionRect.height >= this.getRoot().clientHeight / 2;
        if (intersectionRatio >= 0.5 || (intersectionRatio && fills)) {
            this.pages.get(target)?.onSeen();
        }
    }
}
