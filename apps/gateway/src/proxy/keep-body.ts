import { gatewayError } from '../errors';
import type { OutgoingBody } from '../ports/transport';
import type { RoutePolicy } from '../routing/route-policy';
import type { Exchange } from './exchange';
import { bearsKey } from './repeatable';
import { createRequestBody } from './request-body';

/** Longer bodies are streamed, and sent once: what is kept is memory that any caller can ask for. */
const MAX_KEPT_BYTES = 65_536;

/** Whether a request's body is to be read before it is sent: one with a key is hardly ever without, and is to be repeatable. */
export function isWorthKeeping({ headers, upgrade }: Exchange, { retryByKey }: RoutePolicy): boolean {
  if (retryByKey !== true || upgrade !== undefined || !bearsKey(headers)) return false;
  const length = Number(headers.get('content-length') ?? 0);
  return length > 0 && length <= MAX_KEPT_BYTES;
}

/** Reads all of it. @returns false when it will not come: then that was answered, or nobody is there to read an answer */
export function keepBody(exchange: Exchange, idleTimeoutMs: number): Promise<boolean> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const giveUp = (): void => {
      body.stop();
      resolve(false);
    };
    const body = createRequestBody(exchange.req, {
      idleTimeoutMs,
      maxBytes: exchange.decisions?.maxBodyBytes ?? Infinity,
      onTaken: () => exchange.continue(),
      onIdle() {
        exchange.fail(gatewayError('REQUEST_TIMEOUT', { headers: { Connection: 'close' } }));
        giveUp();
      },
      onTooLong() {
        exchange.fail(gatewayError('BODY_TOO_LARGE'));
        giveUp();
      },
      onGone: giveUp,
    });
    body.start({
      data: (chunk) => chunks.push(chunk) > 0,
      end() {
        exchange.keptBody = Buffer.concat(chunks);
        resolve(true);
      },
    });
  });
}

/** A kept body for one attempt. */
export function readKept(kept: Buffer): OutgoingBody {
  return {
    start(sink) {
      sink.data(kept);
      sink.end();
    },
    resume: () => undefined,
    stop: () => undefined,
  };
}
