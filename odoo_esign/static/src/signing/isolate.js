/**
 * Text of somebody else's for a sentence of ours: it keeps to itself, whichever way its letters
 * run, and doesn't decide which way the sentence does (UAX #9: first strong isolate).
 */
export function isolate(text) {
    return text ? `\u2068${text}\u2069` : "";
}
