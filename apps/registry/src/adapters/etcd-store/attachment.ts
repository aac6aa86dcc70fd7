import type { Clock } from '../../ports/clock';

/**
 * Whether this replica may take itself to be one of the group: a report of it that was sent less than eight seconds ago was
 * committed, and the watch has told so; or it joined less than eight seconds ago. The others count it as gone ten seconds
 * after its last keep-alive.
 */
export interface Attachment {
  readonly isAttached: boolean;
  /** @param sentAt when it began to join, or sent the report that was committed and told now, monotonic milliseconds */
  confirmed(sentAt: number): void;
  /** Called with each change; by a timer, or as soon as somebody asks after the process was stopped. */
  onChange(listener: (isAttached: boolean) => void): void;
  close(): void;
}

export const ATTACHED_FOR_MS = 8000;

export function createAttachment(clock: Clock): Attachment {
  /** Before it has joined nobody relies on it. */
  let confirmedAt: number | undefined;
  let wasAttached = true;
  let cancel: () => void = () => undefined;
  let tell: (isAttached: boolean) => void = () => undefined;

  function endsAt(): number {
    return confirmedAt === undefined ? Infinity : confirmedAt + ATTACHED_FOR_MS;
  }

  function look(): boolean {
    const isAttached = clock.moment().now < endsAt();
    if (isAttached !== wasAttached) {
      wasAttached = isAttached;
      tell(isAttached);
    }
    return isAttached;
  }

  /** A timer may end a fraction of a millisecond early: it is set again then, or nobody would ever be told. */
  function follow(): void {
    cancel();
    if (look()) cancel = clock.after(endsAt() - clock.moment().now, follow);
  }

  return {
    get isAttached() {
      return clock.moment().now < endsAt();
    },
    confirmed(sentAt) {
      confirmedAt = Math.max(sentAt, confirmedAt ?? sentAt);
      follow();
    },
    onChange(listener) {
      tell = listener;
    },
    close() {
      cancel();
    },
  };
}
