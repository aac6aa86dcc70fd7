import { request as httpRequest, type IncomingMessage } from 'node:http';
import { eventually } from '@rollcall/testing';
import { createSseParser, type SseEvent } from './sse-parser';

/** A stream of events over a socket of its own. */
export interface SseStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly comments: number;
  /** The next `count` events, as soon as they have come. */
  take(count: number): Promise<SseEvent[]>;
  /** Events that have come and were not taken. */
  readonly waiting: number;
  /** Resolves when the registry has ended the stream, rejects when the connection broke. */
  readonly ended: Promise<void>;
  close(): void;
  /** Stops reading from the socket, and goes on. */
  pause(): void;
  resume(): void;
}

export interface SseOpening {
  readonly lastEventId?: string | undefined;
  readonly token?: string;
  /** Asked for by a POST with this as JSON; without it, by a GET. */
  readonly body?: object;
  /** Where it comes from: another address of the loopback network. */
  readonly localAddress?: string;
}

export function openSseStream(url: string, opening: SseOpening = {}): Promise<SseStream> {
  const { lastEventId, token, body, localAddress } = opening;
  const parser = createSseParser();
  const events: SseEvent[] = [];

  return new Promise((resolve, reject) => {
    const headers = {
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    const method = body === undefined ? 'GET' : 'POST';
    const from = localAddress === undefined ? {} : { localAddress };
    const request = httpRequest(url, { method, headers, agent: false, ...from }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (text: string) => events.push(...parser.push(text)));
      const ended = new Promise<void>((resolveEnd, rejectEnd) => {
        response.once('end', resolveEnd);
        response.once('error', rejectEnd);
      });
      ended.catch(() => undefined);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        ended,
        get comments() {
          return parser.comments;
        },
        get waiting() {
          return events.length;
        },
        async take(count) {
          await eventually(() => events.length >= count);
          return events.splice(0, count);
        },
        close: () => void request.destroy(),
        pause: () => void response.pause(),
        resume: () => void response.resume(),
      });
    });
    request.once('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
