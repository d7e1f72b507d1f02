import { reactive } from "@odoo/owl";

const SHORTEST = 2; // letters, from which on it is looked for
const FOUND = "esign-found";
const CURRENT = "esign-current";

/** One letter for one letter, so that places in the folded text are those in the text. */
const fold = (text) =>
    Array.from(
        { length: text.length },
        (_none, at) => text[at].normalize("NFD")[0].toLowerCase()[0]
    ).join("");

/**
 * Finds text in all documents without drawing their pages, whatever its case and accents.
 * What is found is marked on pages that are drawn, by ranges and not by elements.
 */
export class TextSearch {
    constructor() {
        this.state = reactive({ query: "", matches: [], current: -1, busy: false });
        this.documents = new Map(); // pdf.js' documents by id
        this.texts = new Map(); // texts of pages, by document and page
        this.byPage = new Map();
        this.canMark = Boolean(globalThis.CSS?.highlights && globalThis.Highlight);
        this.onText = () => this.mark();
    }

    attach(scroller) {
        this.scroller = scroller;
        scroller.addEventListener("esign-text", this.onText);
    }

    detach() {
        this.scroller?.removeEventListener("esign-text", this.onText);
        this.find("");
        this.scroller = null;
    }

    add(documentId, pdf) {
        this.documents.set(documentId, pdf);
    }

    /** Looks through all pages; a later question ends an earlier one. */
    async find(query) {
        const folded = fold(query.trim());
        const asked = (this.asked = {});
        Object.assign(this.state, { query, matches: [], current: -1, busy: false });
        this.byPage = new Map(); // numbers of matches
        this.mark();
        if (folded.length < SHORTEST) {
            return;
        }
        this.state.busy = true;
        for (const [documentId, pdf] of this.documents) {
            for (let index = 0; index < pdf.numPages; index++) {
                const text = await this.textOf(documentId, pdf, index);
                if (this.asked !== asked) {
                    return;
                }
                this.take(documentId, index, text, folded);
            }
        }
        this.state.busy = false;
        this.mark();
    }

    take(documentId, page, text, folded) {
        for (let at = text.indexOf(folded); at >= 0; at = text.indexOf(folded, at + folded.length)) {
            const key = `${documentId}/${page}`;
            this.byPage.set(key, [...(this.byPage.get(key) || []), this.state.matches.length]);
            this.state.matches.push({ documentId, page, at, length: folded.length });
        }
        if (this.state.current < 0 && this.state.matches.length) {
            this.go(0);
        }
    }

    async textOf(documentId, pdf, index) {
        const key = `${documentId}/${index}`;
        if (!this.texts.has(key)) {
            const page = await pdf.getPage(index + 1);
            const { items } = await page.getTextContent();
            this.texts.set(
                key,
                fold(items.map(({ str = "", hasEOL }) => str + (hasEOL ? " " : "")).join(""))
            );
        }
        return this.texts.get(key);
    }

    /** @param {number} step 1 for the next match, -1 for the one before */
    move(step) {
        const { length } = this.state.matches;
        if (length) {
            this.go((this.state.current + step + length) % length);
        }
    }

    go(number) {
        this.state.current = number;
        const page = this.pageOf(this.state.matches[number]);
        page?.scrollIntoView({ block: "start", behavior: "instant" });
        this.mark();
    }

    pageOf({ documentId, page }) {
        return this.scroller?.querySelector(
            `[data-document="${documentId}"] .o_esign_page[data-page="${page}"]`
        );
    }

    /** Marks what is found on the pages whose text is there, and shows the current match. */
    mark() {
        if (!this.canMark || !this.scroller) {
            return;
        }
        const found = new Highlight();
        const current = new Highlight();
        for (const layer of this.scroller.querySelectorAll(".o_esign_page_text:not(:empty)")) {
            const { page } = layer.closest(".o_esign_page").dataset;
            const { document: id } = layer.closest("[data-document]").dataset;
            for (const number of this.byPage.get(`${id}/${page}`) || []) {
                const range = rangeIn(layer, this.state.matches[number]);
                if (range && number === this.state.current) {
                    current.add(range);
                    this.show(range);
                } else if (range) {
                    found.add(range);
                }
            }
        }
        CSS.highlights.set(FOUND, found);
        CSS.highlights.set(CURRENT, current);
    }

    show(range) {
        const box = range.getBoundingClientRect();
        const frame = this.scroller.getBoundingClientRect();
        const margin = 60;
        if (this.shown !== this.state.matches[this.state.current]) {
            this.shown = this.state.matches[this.state.current];
            if (box.top < frame.top + margin || box.bottom > frame.bottom - margin) {
                this.scroller.scrollBy({ top: box.top - frame.top - frame.height / 3 });
            }
            if (box.left < frame.left || box.right > frame.right) {
                this.scroller.scrollBy({ left: box.left - frame.left - margin });
            }
        }
    }
}

/** A match in the invisible text over a page, or null. */
function rangeIn(layer, match) {
    const range = document.createRange();
    const what = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
    const walker = document.createTreeWalker(layer, what);
    const [begin, end] = [match.at, match.at + match.length];
    for (let node = walker.nextNode(), at = 0; node; node = walker.nextNode()) {
        if (node.nodeType === Node.ELEMENT_NODE) {
            at += node.tagName === "BR" ? 1 : 0; // ends of lines are spaces in the text
            continue;
        }
        const after = at + node.length;
        if (at <= begin && begin < after) {
            range.setStart(node, begin - at);
        }
        if (at < end && end <= after) {
            range.setEnd(node, end - at);
            return range.collapsed ? null : range;
        }
        at = after;
    }
    return null;
}
