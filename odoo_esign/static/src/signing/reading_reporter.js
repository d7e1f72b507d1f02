/**
 * Tells the server how far the documents were read: when the last page has been
 * seen, and when the page is left with more pages seen than told. For the
 * evidence log; nothing on the page depends on it.
 */
export class ReadingReporter {
    /**
     * @param {import("./api").SigningApi} api
     * @param {import("./reading_tracker").ReadingTracker} tracker
     * @param {{ id: number, pages: Object[] }[]} documents
     */
    constructor(api, tracker, documents) {
        Object.assign(this, { api, tracker });
        this.total = documents.reduce((sum, { pages }) => sum + pages.length, 0);
        this.told = tracker.seen; // the server knows them already
        this.onLeave = () => document.visibilityState === "hidden" && this.tell();
        document.addEventListener("visibilitychange", this.onLeave);
    }

    onSeen() {
        if (this.tracker.seen === this.total) {
            this.tell();
        }
    }

    tell() {
        const { seen } = this.tracker;
        if (seen > this.told) {
            this.told = seen;
            this.api.read(this.tracker.report());
        }
    }

    destroy() {
        document.removeEventListener("visibilitychange", this.onLeave);
    }
}
