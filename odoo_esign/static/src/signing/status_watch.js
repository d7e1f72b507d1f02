const FIRST_PAUSE = 2000;
const FINAL = ["completed", "declined", "delegated", "cancelled", "expired", "closed"];

/** Asks the server from time to time how far it is, until nothing more will come. */
export class StatusWatch {
    /**
     * @param {import("./api").SigningApi} api
     * @param {{ state: string, longest: number, onAnswer: Function }} options state known
     *  already, longest pause in milliseconds, what is told of every answer
     */
    constructor(api, { state, longest, onAnswer }) {
        Object.assign(this, { api, state, longest, onAnswer });
    }

    start(pause = FIRST_PAUSE) {
        if (!FINAL.includes(this.state)) {
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
