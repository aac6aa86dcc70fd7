import type { WatchEvent } from '@rollcall/contracts';
import { readEventStream, type StreamedEvent } from '../registry/event-stream';
import type { RegistryHttp } from '../registry/registry-access';
import { badAnswer, type RegistryFailure } from '../registry/registry-failure';
import { readWatchMessage } from '../wire/watch-message';

export interface WatchStreamOptions {
  readonly http: RegistryHttp;
  readonly registryUrl: string;
  readonly services: '*' | readonly string[];
  /** Names go in the address and not in a body: a registry of before there was `POST /watch`. */
  readonly byAddress: boolean;
  readonly subscriber: string;
  readonly as: string | undefined;
  readonly lastEventId: string | undefined;
  /** Ends the stream; nothing is told after that. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds without a byte, a ping included, after which the registry counts as gone; asked anew after each byte.
   * Lower than its ping interval cuts good streams; higher keeps one open to a host that has vanished.
   */
  readonly silenceLimitMs: () => number;
  /** @param id of the event, to resume from */
  readonly onEvent: (event: WatchEvent, id: string | undefined) => void;
  readonly onMalformed: (what: string) => void;
}

const LONGEST_EVENT = 64 * 1024 * 1024;

/** Reads one watch from its opening to its end, and says why it ended. Never rejects. */
export function readWatch(options: WatchStreamOptions): Promise<RegistryFailure> {
  const { http, registryUrl, services, byAddress, subscriber, as, lastEventId, signal, silenceLimitMs } =
    options;
  const reader = { subscriber, ...(as !== undefined && { as }) };
  return readEventStream({
    http,
    url: `${registryUrl}/watch`,
    ...(byAddress || services === '*'
      ? { query: { services: services === '*' ? '*' : services.join(','), ...reader } }
      : { body: { services, ...reader } }),
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal,
    silenceLimitMs,
    longestEvent: LONGEST_EVENT,
    onEvent: (event) => take(event, options),
  });
}

function take(
  { type, data, id }: StreamedEvent,
  { onEvent, onMalformed }: WatchStreamOptions,
): RegistryFailure | undefined {
  const message = readWatchMessage(type, data);
  // An event that cannot be read may have been a change: what follows would build on a gap.
  if (message.kind === 'malformed') return badAnswer(`a well-formed "${message.type}" event`);
  if (message.kind !== 'understood') return undefined;
  if (message.leftOut > 0) onMalformed(`${message.leftOut} instances in a "${type ?? ''}" event`);
  onEvent(message.event, id);
  return undefined;
}
