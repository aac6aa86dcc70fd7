import type { Caller } from '../ports/caller';
import type { ResponseHead } from '../ports/transport';

/**
 * Answers that go on for as long as both sides like (server-sent events). A gateway that stops would wait for them for
 * ever; they are ended between two chunks, upon which their readers connect again, to another gateway.
 */
export interface EventStreams {
  /** An answer has begun, of whatever kind. */
  begun(caller: Caller, head: ResponseHead): void;
  /** Ends those that are open, and those that begin from now on. */
  endAll(): void;
}

export function createEventStreams(): EventStreams {
  const open = new Set<Caller>();
  let ending = false;

  return {
    begun(caller, head) {
      if (!isEventStream(head)) return;
      if (ending) return caller.endEarly();
      open.add(caller);
      void caller.whenClosed().then(() => open.delete(caller));
    },
    endAll() {
      ending = true;
      for (const caller of open) caller.endEarly();
    },
  };
}

function isEventStream({ headers }: ResponseHead): boolean {
  const type = headers.get('content-type');
  if (type === undefined || !/^text\/event-stream\b/i.test(type)) return false;
  // One with a length has an end of its own, and would be cut short.
  return headers.get('content-length') === undefined;
}
