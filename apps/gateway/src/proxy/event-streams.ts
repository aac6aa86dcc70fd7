import type { Exchange } from './exchange';

/**
 * Answers that go on for as long as both sides like (server-sent events). A gateway that stops would wait for them for
 * ever; they are ended between two chunks, upon which their readers connect again, elsewhere.
 */
export interface EventStreams {
  /** An answer has begun, of whatever kind. */
  begun(exchange: Exchange): void;
  /** Ends those that are open, and those that begin from now on. */
  endAll(): void;
}

export function createEventStreams(): EventStreams {
  const open = new Set<Exchange>();
  let ending = false;

  return {
    begun(exchange) {
      if (!isEventStream(exchange) || exchange.res.closed) return;
      if (ending) return exchange.endHere();
      open.add(exchange);
      exchange.res.once('close', () => open.delete(exchange));
    },
    endAll() {
      ending = true;
      for (const exchange of open) exchange.endHere();
    },
  };
}

function isEventStream({ answered }: Exchange): boolean {
  if (answered === undefined) return false;
  const type = fieldOf(answered.headers, 'content-type');
  if (type === undefined || !/^text\/event-stream\b/i.test(type)) return false;
  // One that says how long it is has an end of its own, and would be short of it.
  return fieldOf(answered.headers, 'content-length') === undefined;
}

/** Looked for in place: a list of all fields would be made for every answer, for the sake of one. */
function fieldOf(raw: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const candidate = raw[index];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) return raw[index + 1];
  }
  return undefined;
}
