import { get, type IncomingMessage } from 'node:http';
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

export function openSseStream(url: string, lastEventId?: string): Promise<SseStream> {
  const parser = createSseParser();
  const events: SseEvent[] = [];

  return new Promise((resolve, reject) => {
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    const request = get(url, { headers, agent: false }, (response) => {
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
  });
}
