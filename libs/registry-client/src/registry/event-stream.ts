import type { Readable } from 'node:stream';
import { createParser } from 'eventsource-parser';
import type { RegistryHttp } from './registry-access';
import {
  badAnswer,
  failureOfAnswer,
  failureOfError,
  retryAfterMsOf,
  type RegistryFailure,
} from './registry-failure';

export interface StreamedEvent {
  readonly type: string | undefined;
  readonly data: string;
  readonly id: string | undefined;
}

export interface EventStreamOptions {
  readonly http: RegistryHttp;
  readonly url: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Asked for by a POST with this as JSON. Without it, by a GET. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the stream; no event is reported after that. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds without a byte, a ping included, after which the registry counts as gone. Asked anew after each
   * byte: the stream itself may say how often it pings.
   */
  readonly silenceLimitMs: () => number;
  /** Longest event, in characters; a longer one ends the stream. */
  readonly longestEvent: number;
  /** @returns why the stream cannot be read on, if it cannot */
  readonly onEvent: (event: StreamedEvent) => RegistryFailure | undefined;
}

const READ_GRACE_MS = 200;
/** An error answer is read no further than this. */
const LONGEST_REFUSAL = 64 * 1024;

/** Reads one stream of server-sent events from its opening to its end, and says why it ended. Never rejects. */
export async function readEventStream(options: EventStreamOptions): Promise<RegistryFailure> {
  const { signal } = options;
  const silence = createSilenceWatch(options.silenceLimitMs);
  try {
    const { status, headers, data } = await open(options, AbortSignal.any([signal, silence.signal]));
    const type = String(headers['content-type']);
    if (status !== 200)
      return failureOfAnswer(status, await readRefusal(data), retryAfterMsOf(headers['retry-after']));
    if (!type.startsWith('text/event-stream')) {
      data.destroy();
      return badAnswer('a stream of events');
    }
    return await follow(data, options, silence.broken);
  } catch (error) {
    return silence.signal.aborted
      ? {
          code: 'SILENCE',
          message: `the registry sent nothing for ${options.silenceLimitMs()} ms, not even a ping`,
        }
      : failureOfError(error);
  } finally {
    silence.stop();
  }
}

function createSilenceWatch(limitMs: () => number): {
  readonly signal: AbortSignal;
  readonly broken: () => void;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  let timer = arm();
  function arm(): NodeJS.Timeout {
    return setTimeout(graceBegins, limitMs()).unref();
  }
  /** After a pause of this process timers come first, and what has arrived meanwhile is read only after them. */
  function graceBegins(): void {
    timer = setTimeout(() => controller.abort(), READ_GRACE_MS).unref();
  }
  return {
    signal: controller.signal,
    broken() {
      clearTimeout(timer);
      timer = arm();
    },
    stop: () => clearTimeout(timer),
  };
}

function open(
  { http, url, query, body, headers }: EventStreamOptions,
  signal: AbortSignal,
): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; data: Readable }> {
  return http.axios.request<Readable>({
    url,
    method: body === undefined ? 'GET' : 'POST',
    ...(query === undefined ? {} : { params: query }),
    ...(body === undefined ? {} : { data: body }),
    headers: { accept: 'text/event-stream', 'accept-encoding': 'identity', ...headers },
    responseType: 'stream',
    decompress: false,
    signal,
  });
}

async function follow(
  stream: Readable,
  { signal, longestEvent, onEvent }: EventStreamOptions,
  onBytes: () => void,
): Promise<RegistryFailure> {
  let failure: RegistryFailure | undefined;
  const parser = createParser({
    maxBufferSize: longestEvent,
    onEvent({ event: type, data, id }) {
      // One chunk may hold more events than its reader wants: the first may have made it end the stream.
      if (!signal.aborted) failure ??= onEvent({ type, data, id });
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        failure ??= badAnswer(`an event of at most ${longestEvent} characters`);
    },
  });
  stream.setEncoding('utf8');
  for await (const text of stream) {
    parser.feed(String(text));
    onBytes();
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
