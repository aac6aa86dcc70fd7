/** Longest answer to a question, bytes: about ten thousand instances. Apart, since the client loads no validator for it. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
