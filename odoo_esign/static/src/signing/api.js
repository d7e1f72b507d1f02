import { rpc, RPCError } from "@web/core/network/rpc";
import { DraftStore } from "./draft_store";

const PATIENCE = 30_000; // milliseconds until an answer counts as lost
const LONGEST_PAUSE = 15_000;
const SERVER_ERRORS = 3; // answers that tell of an error on the server, until we give up

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** 1, 2, 4 … seconds, a little uneven, so that not all browsers come back at once. */
function backOff(attempt) {
    return Math.min(LONGEST_PAUSE, 1000 * 2 ** attempt) * (0.8 + 0.4 * Math.random());
}

/**
 * What the page asks of the server. A lost connection or a server that is
 * restarting is no failure: the same request is sent again until it is
 * answered; the client key makes a repeated signature count once.
 */
export class SigningApi {
    /**
     * @param {{ ref: string, urls: Object, csrf_token: string }} page
     * @param {{ onWaiting?: (waiting: boolean) => void }} [handlers] told when the
     *  connection is lost and when it is back
     */
    constructor({ ref, urls, csrf_token }, { onWaiting = () => {} } = {}) {
        this.urls = urls;
        this.csrfToken = csrf_token;
        this.drafts = new DraftStore(ref);
        this.onWaiting = onWaiting;
    }

    /** Best effort: nothing on the page depends on it. */
    async opened() {
        await this.post(this.urls.opened, { context: readContext() }).catch(() => {});
    }

    /** @param {{ pages: Object, seconds: number }} reading */
    read(reading) {
        this.tell(this.urls.read, { reading });
    }

    /** @param {number | string} file the document's id, "certificate" or "evidence" */
    downloaded(file) {
        this.tell(this.urls.downloaded, { file });
    }

    /** Sends what the log is to know, also while the page is being left; waits for no answer. */
    tell(url, params) {
        const body = JSON.stringify({
            jsonrpc: "2.0",
            method: "call",
            params: { ...params, csrf_token: this.csrfToken },
        });
        const headers = { "Content-Type": "application/json" };
        fetch(url, { method: "POST", headers, body, keepalive: true }).catch(() => {});
    }

    /** @param {string} image data address of a picture to sign with */
    adopt(kind, image) {
        return this.post(this.urls.picture, { kind, image: image.split(",")[1] });
    }

    async sign(params) {
        const answer = await this.post(this.urls.sign, {
            ...params,
            client_key: this.drafts.clientKey(),
            context: readContext(),
        });
        if (!answer.ok) {
            this.drafts.renewClientKey(); // this attempt is over; the next one is another
        }
        return answer;
    }

    decline(reason) {
        return this.post(this.urls.decline, { reason });
    }

    ask(question) {
        return this.post(this.urls.ask, { question });
    }

    /** @param {{ name: string, email: string, phone?: string, reason: string }} person */
    delegate(person) {
        return this.post(this.urls.delegate, person);
    }

    async status() {
        const response = await fetch(this.urls.status, {
            headers: { Accept: "application/json" },
            cache: "no-store",
        });
        // that it is over is said with an error's number too, and in words
        const said = response.headers.get("Content-Type")?.includes("json");
        if (!response.ok && !said) {
            throw new Error(`HTTP ${response.status}`);
        }
        return response.json();
    }

    async post(url, params) {
        let serverErrors = 0;
        for (let attempt = 0; ; attempt++) {
            try {
                const answer = await this.postOnce(url, params);
                this.onWaiting(false);
                return answer;
            } catch (error) {
                if (error instanceof RPCError && ++serverErrors >= SERVER_ERRORS) {
                    this.onWaiting(false);
                    throw error;
                }
                this.onWaiting(true);
                await pause(backOff(attempt));
            }
        }
    }

    async postOnce(url, params) {
        const request = rpc(url, { ...params, csrf_token: this.csrfToken }, { silent: true });
        const timer = setTimeout(() => request.abort(), PATIENCE);
        try {
            return await request;
        } finally {
            clearTimeout(timer);
        }
    }
}

/** What the evidence says about the device. */
function readContext() {
    const { width, height } = window.screen;
    return {
        screen: `${width}x${height}@${window.devicePixelRatio}`,
        language: navigator.language,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
}
