/** An answer of which something waits in this process's memory until its caller reads on. */
export interface UnreadAnswer {
  /** Bytes written and not taken by the system yet. */
  readonly waiting: number;
  /** Closes the connection and drops what waits. */
  cut(): void;
}

/**
 * What callers have not read, all of them together: what a single one may leave unread is small, but callers are
 * many, and memory ends before they do. Past the budget, those who have read nothing for longest are cut.
 */
export interface UnreadAnswers {
  /** Bytes that wait now, as of the last time each answer was looked at. */
  readonly bytes: number;
  /** Answers cut so far. */
  readonly cut: number;
  /** To be told when a write finds that the caller has not taken all. Said again, it changes nothing. */
  blocked(answer: UnreadAnswer): void;
  /** The caller has read on, or has gone. */
  read(answer: UnreadAnswer): void;
  /** Closes connections whose caller has read nothing for too long. To be called about once a second. */
  sweep(): void;
}

export interface UnreadAnswersOptions {
  /** Too low: slow but honest readers are cut when there are many. Too high: memory. */
  readonly maxBytes: number;
  /** Milliseconds. Too short: a caller that pauses starts over for nothing. Too long: one that is gone keeps its share. */
  readonly limitMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export function createUnreadAnswers({ maxBytes, limitMs, now }: UnreadAnswersOptions): UnreadAnswers {
  /** In the order in which they were blocked. */
  const unread = new Map<UnreadAnswer, { readonly since: number; readonly bytes: number }>();
  let bytes = 0;
  let cut = 0;

  function forget(answer: UnreadAnswer): void {
    bytes -= unread.get(answer)?.bytes ?? 0;
    unread.delete(answer);
  }

  function end(answer: UnreadAnswer): void {
    forget(answer);
    cut += 1;
    answer.cut();
  }

  return {
    get bytes() {
      return bytes;
    },
    get cut() {
      return cut;
    },
    blocked(answer) {
      const { waiting } = answer;
      // What the system has taken at once waits nowhere here.
      if (waiting === 0 || unread.has(answer)) return;
      unread.set(answer, { since: now(), bytes: waiting });
      bytes += waiting;
      for (const longest of unread.keys()) {
        if (bytes <= maxBytes) return;
        end(longest);
      }
    },
    read: forget,
    sweep() {
      const before = now() - limitMs;
      for (const [answer, { since }] of unread) {
        if (since > before) return;
        end(answer);
      }
    },
  };
}
