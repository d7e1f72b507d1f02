/**
 * Pictures on their way to the server, which checks each as soon as it is adopted: signing only
 * names them.
 */
export class AdoptedPictures {
    /**
     * @param {SigningApi} api
     * @param {SigningForm} form
     * @param {(kind: string, answer: Object) => Promise<void>} onRefused told why one is not taken
     */
    constructor(api, form, onRefused) {
        Object.assign(this, { api, form, onRefused });
        this.underWay = {}; // by kind: the picture, and the promise of what becomes of it
    }

    /** What is answered later is of no interest any more. */
    leave() {
        this.left = true;
    }

    /**
     * Signs when the server has all pictures. If it has one of them no longer, since another
     * device has sent another one meanwhile, all are sent and it is signed once more.
     *
     * @param {() => Promise<Object>} sign
     * @returns {Promise<Object | undefined>} the answer; none where a picture is refused
     */
    async signWith(sign) {
        for (let again = false; ; again = true) {
            if (!(await this.sendAll())) {
                return;
            }
            const answer = await sign();
            if (answer.code !== "picture" || again) {
                return answer;
            }
            this.form.forgetNames();
        }
    }

    /** @returns {Promise<boolean>} whether the server has all of them now */
    async sendAll() {
        for (let kinds; (kinds = this.form.unsentPictures).length; ) {
            const taken = await Promise.all(kinds.map((kind) => this.send(kind)));
            if (taken.includes(false)) {
                return false;
            }
        }
        return true;
    }

    /** @returns {Promise<boolean>} false where the picture is refused */
    async send(kind) {
        if (!this.form.unsentPictures.includes(kind)) {
            return true;
        }
        const { image } = this.form[kind];
        if (this.underWay[kind]?.image !== image) {
            this.underWay[kind] = { image, taken: this.deliver(kind, image) };
        }
        return this.underWay[kind].taken;
    }

    async deliver(kind, image) {
        try {
            const answer = await this.api.adopt(kind, image);
            if (this.left) {
                return false;
            }
            if (this.form[kind]?.image !== image) {
                return true; // another one was chosen meanwhile, and is sent too
            }
            if (answer.ok) {
                this.form.setName(kind, answer.picture);
                return true;
            }
            if (answer.code === "invalid") {
                this.form.giveBack(kind);
            } // else it is not the picture: it may be taken after a reload, say
            await this.onRefused(kind, answer);
            return false;
        } finally {
            if (this.underWay[kind]?.image === image) {
                delete this.underWay[kind];
            }
        }
    }
}
