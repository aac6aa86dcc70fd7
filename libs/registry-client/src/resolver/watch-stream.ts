import type { Readable } from 'node:stream';
import type { WatchEvent } from '@rollcall/contracts';
import { createParser } from 'eventsource-parser';
import type { RegistryHttp } from '../registry/registry-access';
import {
  badAnswer,
  failureOfAnswer,
  failureOfError,
  type RegistryFailure,
} from '../registry/registry-failure';
import { readWatchMessage } from '../wire/watch-message';

export interface WatchStreamOptions {
  readonly http: RegistryHttp;
  readonly registryUrl: string;
  readonly services: '*' | readonly string[];
  readonly subscriber: string;
  readonly lastEventId: string | undefined;
  /** Ends the stream; nothing is told after that. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds without a byte, a ping included, after which the registry counts as gone. Lower than its ping
   * interval cuts good streams; higher keeps one open to a host that has vanished.
   */
  readonly silenceLimitMs: number;
  /** @param id of the event, to resume from */
  readonly onEvent: (event: WatchEvent, id: string | undefined) => void;
  readonly onMalformed: (what: string) => void;
}

/** No event is longer than this; what claims to be is not read to its end. */
const LONGEST_EVENT = 64 * 1024 * 1024;
/** More of a refusal is not of interest. */
const LONGEST_REFUSAL = 64 * 1024;

/** Reads one stream from its opening to its end, and says why it ended. Never rejects. */
export async function readWatch(options: WatchStreamOptions): Promise<RegistryFailure> {
  const silence = new AbortController();
  const { signal, silenceLimitMs } = options;
  const watchdog = setTimeout(() => silence.abort(), silenceLimitMs).unref();
  try {
    const either = AbortSignal.any([signal, silence.signal]);
    const { status, headers, data } = await open(options, either);
    const type = String(headers['content-type']);
    if (status !== 200) return failureOfAnswer(status, await readRefusal(data));
    if (!type.startsWith('text/event-stream')) {
      data.destroy();
      return badAnswer('a stream of events');
    }
    return await follow(data, options, () => watchdog.refresh());
  } catch (error) {
    return silence.signal.aborted
      ? { code: 'SILENCE', message: `the registry said nothing for ${silenceLimitMs} ms` }
      : failureOfError(error);
  } finally {
    clearTimeout(watchdog);
  }
}

function open(
  { http, registryUrl, services, subscriber, lastEventId }: WatchStreamOptions,
  signal: AbortSignal,
): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; data: Readable }> {
  return http.axios.get<Readable>(`${registryUrl}/watch`, {
    params: { services: services === '*' ? '*' : services.join(','), subscriber },
    headers: {
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    responseType: 'stream',
    decompress: false,
    signal,
  });
}

async function follow(
  stream: Readable,
  { signal, onEvent, onMalformed }: WatchStreamOptions,
  onBytes: () => void,
): Promise<RegistryFailure> {
  let failure: RegistryFailure | undefined;
  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent({ event: type, data, id }) {
      // One chunk may hold more events than its reader wants: the first may have made it end the stream.
      if (signal.aborted) return;
      const message = readWatchMessage(type, data);
      if (message.kind === 'malformed') failure ??= badAnswer(`a "${message.type}" event as it should be`);
      if (message.kind !== 'understood' || failure !== undefined) return;
      if (message.leftOut > 0) onMalformed(`${message.leftOut} instances in a "${type ?? ''}" event`);
      onEvent(message.event, id);
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') failure ??= badAnswer('an event of bounded size');
    },
  });
  stream.setEncoding('utf8');
  for await (const text of stream) {
    onBytes();
    parser.feed(String(text));
    // An event that cannot be read may have been a change: what follows would build on a gap.
    if (failure !== undefined) return failure;
  }
  return { code: 'STREAM_ENDED', message: 'the registry ended the stream' };
}

async function readRefusal(stream: Readable): Promise<unknown> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > LONGEST_REFUSAL) break;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
