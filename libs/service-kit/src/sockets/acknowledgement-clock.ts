/** A time-out for a peer that acknowledges nothing of what it is sent. Costs one timer, and only while it runs. */
export interface AcknowledgementClock {
  /** What was sent does not fit: from now on the peer is waited for. While waiting already, nothing changes. */
  start(): void;
  /** It has taken enough, or is not waited for any more. */
  stop(): void;
}

export interface AcknowledgementClockOptions {
  /** Longest time in which the peer takes nothing, milliseconds. Seen up to a quarter of it too late. */
  readonly idleMs: number;
  /** Bytes that the peer has not acknowledged; `undefined` when that cannot be told, and then it counts as silent. */
  readonly unacknowledged: () => Promise<number | undefined>;
  /** It has taken something. @param left bytes that it has not */
  readonly onProgress?: (left: number) => void;
  readonly onIdle: () => void;
}

/** How often it is looked, in the time that a peer may take nothing. */
const LOOKS = 4;

/** Judges a peer by what it acknowledges, and not by `drain`, of which one that reads slowly may be without for minutes. */
export function createAcknowledgementClock(options: AcknowledgementClockOptions): AcknowledgementClock {
  const { idleMs, unacknowledged, onProgress, onIdle } = options;
  const everyMs = Math.ceil(idleMs / LOOKS);
  let timer: NodeJS.Timeout | undefined;
  let seen: number | undefined;
  let silentLooks = 0;

  async function look(mine: NodeJS.Timeout | undefined): Promise<void> {
    const left = await unacknowledged();
    if (timer === undefined || timer !== mine) return;
    const taken = left !== undefined && left !== seen;
    const first = seen === undefined;
    seen = left;
    silentLooks = taken ? 0 : silentLooks + 1;
    if (silentLooks >= LOOKS) {
      stop();
      return onIdle();
    }
    if (taken && !first) onProgress?.(left);
    if (timer === mine) timer.refresh();
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    start() {
      if (timer !== undefined) return;
      seen = undefined;
      silentLooks = 0;
      timer = setTimeout(() => void look(timer), everyMs);
    },
    stop,
  };
}
