/**
 * What the signer has entered so far, kept in this browser tab only: a reload
 * or a closed phone loses nothing. Ticking the consent is not kept.
 */
export class DraftStore {
    constructor(ref) {
        this.key = `odoo_esign.${ref}`;
    }

    load() {
        try {
            return JSON.parse(sessionStorage.getItem(this.key)) || {};
        } catch {
            return this.memory || {};
        }
    }

    save(changes) {
        this.memory = { ...this.load(), ...changes };
        try {
            sessionStorage.setItem(this.key, JSON.stringify(this.memory));
        } catch {
            // storage is full or forbidden: the page works without it
        }
    }

    clear() {
        this.memory = undefined;
        try {
            sessionStorage.removeItem(this.key);
        } catch {
            // forbidden
        }
    }

    clientKey() {
        const { clientKey } = this.load();
        return clientKey || this.renewClientKey();
    }

    renewClientKey() {
        const clientKey = randomKey();
        this.save({ clientKey });
        return clientKey;
    }
}

function randomKey() {
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    // `randomUUID` is missing where the page is not served over HTTPS
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
