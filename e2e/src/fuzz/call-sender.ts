import { Agent, request, type IncomingMessage } from 'node:http';
import { timeScale } from '@rollcall/testing';
import type { FuzzedCall } from './fuzzed-call';
import { createRemembered } from './remembered';

/** What became of a call. */
export type CallOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly text: string;
    }
  /** The connection ended before there was an answer: a server may do that to a caller who goes on and on. */
  | { readonly kind: 'cut'; readonly code: string }
  /** One that may wait for something to happen, and that this caller did not wait for. */
  | { readonly kind: 'left' };

export interface CallSender {
  send(call: FuzzedCall): Promise<CallOutcome>;
  close(): void;
}

/** The first part of a stream is enough. */
const STREAM_BYTES = 4096;
/** Calls that ask to be kept waiting are left after this, milliseconds, as callers with a time-out of their own do. */
const PATIENCE_MS = 300;
const MAY_WAIT = /\/(watch|session|drain|discover|live|questions)/;
/** Anything else that takes so long has failed. */
const LONGEST_MS = 20_000 * timeScale;

/** Calls a server over connections that are used again. `send` rejects when a call is never answered. */
export function createCallSender(baseUrl: string): CallSender {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname, port } = new URL(baseUrl);
  const remembered = createRemembered();

  function send({ method, target, headers, body, chunked }: FuzzedCall): Promise<CallOutcome> {
    const payload = body === undefined ? undefined : recalled(body);
    return new Promise((resolve, reject) => {
      const sent = request({
        hostname,
        port,
        method,
        // Of its own, and not as part of a URL: reading one takes `%2e/` and the like out of its path.
        path: remembered.recall(target),
        agent,
        headers: {
          ...headers,
          ...(payload === undefined || chunked ? {} : { 'content-length': payload.length }),
          ...(payload !== undefined && chunked ? { 'transfer-encoding': 'chunked' } : {}),
        },
      });
      const canWait = MAY_WAIT.test(target);
      const timer = setTimeout(
        () => {
          if (!canWait) reject(new Error(`${method} ${target} was not answered within ${LONGEST_MS} ms`));
          resolve({ kind: 'left' });
          sent.destroy();
        },
        canWait ? PATIENCE_MS : LONGEST_MS,
      );
      const settle = (outcome: CallOutcome): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      sent.once('response', (response) => void read(response).then(settle));
      sent.on('error', (error: NodeJS.ErrnoException) =>
        settle({ kind: 'cut', code: error.code ?? error.message }),
      );
      sent.end(payload);
    });
  }

  function recalled(body: Buffer): Buffer {
    // Only where there is something to put in: other bodies are bytes that no text has.
    return body.includes('-of-latest') ? Buffer.from(remembered.recall(body.toString())) : body;
  }

  async function read(response: IncomingMessage): Promise<CallOutcome> {
    const { statusCode: status = 0, headers } = response;
    const contentType = headers['content-type'] ?? '';
    let text = '';
    try {
      for await (const piece of response.setEncoding('utf8')) {
        text += String(piece);
        if (contentType === 'text/event-stream' && text.length > STREAM_BYTES) break;
        if (contentType === 'text/event-stream' && /event: (opened|hello)/.test(text)) break;
      }
    } catch {
      // A stream that this caller has left.
    }
    response.destroy();
    remembered.hear(text);
    return { kind: 'answered', status, contentType, text };
  }

  return { send, close: () => agent.destroy() };
}
