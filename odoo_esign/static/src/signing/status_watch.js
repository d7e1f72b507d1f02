const FIRST_PAUSE = 2000;
const FINAL = ["completed", "declined", "delegated", "cancelled", "expired", "closed"];

/** Asks the server from time to time how far it is, until nothing more will come. */
export class StatusWatch {
    /**
     * @param {import("./api").SigningApi} api
     * @param {{ state: string, more: boolean, longest: number, onAnswer: Function }} options
     *  state known already and whether files are still being made for it, longest pause in
     *  milliseconds, what is told of every answer
     */
    constructor(api, { state, more = false, longest, onAnswer }) {
        Object.assign(this, { api, state, more, longest, onAnswer });
    }

    start(pause = FIRST_PAUSE) {
        if (this.more || !FINAL.includes(this.state)) {
            this.timer = setTimeout(() => this.ask(pause), pause);
        }
    }

    stop() {
        clearTimeout(this.timer);
        this.stopped = true;
    }

    async ask(pause) {
        try {
            const answer = await this.api.status();
            this.state = answer.state;
            this.more = Boolean(answer.done?.more);
            if (!this.stopped) {
                this.onAnswer(answer);
            }
        } catch {
            // no connection: asked again later
        }
        if (!this.stopped) {
            this.start(Math.min(this.longest, pause * 1.3));
        }
    }
}
