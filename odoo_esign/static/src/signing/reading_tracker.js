/** How long the documents were open in front of the reader, and which pages were seen. */
export class ReadingTracker {
    constructor() {
        this.milliseconds = 0;
        this.pages = new Map();
        this.onVisibility = () => this.turn();
        document.addEventListener("visibilitychange", this.onVisibility);
        this.turn();
    }

    turn() {
        this.stop();
        if (document.visibilityState === "visible") {
            this.since = performance.now();
        }
    }

    stop() {
        if (this.since !== undefined) {
            this.milliseconds += performance.now() - this.since;
            this.since = undefined;
        }
    }

    see(documentId, page) {
        if (!this.pages.has(documentId)) {
            this.pages.set(documentId, new Set());
        }
        this.pages.get(documentId).add(page);
    }

    /** Takes up pages that were seen before, as `report` tells them. */
    remember(pages = {}) {
        for (const [id, indexes] of Object.entries(pages)) {
            indexes.forEach((index) => this.see(Number(id), index));
        }
    }

    /** How many pages were seen, of all documents together. */
    get seen() {
        return [...this.pages.values()].reduce((sum, pages) => sum + pages.size, 0);
    }

    /** The pages that have not been seen, in their order. */
    left(documents) {
        return documents.flatMap(({ id, pages }) =>
            pages
                .map((_size, index) => ({ documentId: id, index }))
                .filter(({ index }) => !this.pages.get(id)?.has(index))
        );
    }

    report() {
        this.turn();
        return {
            seconds: Math.round(this.milliseconds / 1000),
            pages: this.seenPages,
        };
    }

    get seenPages() {
        return Object.fromEntries(
            [...this.pages].map(([id, pages]) => [id, [...pages].sort((a, b) => a - b)])
        );
    }

    destroy() {
        document.removeEventListener("visibilitychange", this.onVisibility);
    }
}
