import { gatewayError } from '../errors';
import type { Caller, CallerBody } from '../ports/caller';
import type { OutgoingBody } from '../ports/transport';
import type { MirrorRule } from '../routing/policy-rules';
import type { RoutePolicy } from '../routing/route-policy';
import { bearsKey } from './repeatable';
import { createRequestBody } from './request-body';

/** Longer bodies are streamed, and sent once: what is kept is memory that any caller can ask for. */
const MAX_KEPT_BYTES = 65_536;
const NO_TRAILERS: readonly string[] = [];

/**
 * The body, if it is to be read before it is sent: a request with a key is to be repeatable, and hardly ever lacks a body.
 *
 * @param copied so long a body is to be copied too
 */
export function bodyToKeep(
  { headers, upgrade, body }: Caller,
  { retryByKey }: RoutePolicy,
  copied: number,
): CallerBody | undefined {
  if (body === null || upgrade !== undefined) return undefined;
  const most = retryByKey === true && bearsKey(headers) ? Math.max(MAX_KEPT_BYTES, copied) : copied;
  if (most === 0) return undefined;
  const length = Number(headers.get('content-length') ?? 0);
  return length > 0 && length <= most ? body : undefined;
}

/** A request whose body was read before it is sent, and what was begun with it before. */
export interface KeptRequest {
  readonly body: Buffer;
  readonly mirror: MirrorRule | undefined;
}

export interface KeepBodyOptions {
  readonly idleTimeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Reads all of a body. Its trailers are dropped: it has a length, and is sent on with that.
 *
 * @returns `undefined` when it does not come: then that was answered, or the caller has gone
 */
export function keepBody(
  caller: Caller,
  body: CallerBody,
  { idleTimeoutMs, maxBytes }: KeepBodyOptions,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const giveUp = (): void => {
      reading.stop();
      resolve(undefined);
    };
    const reading = createRequestBody(body, {
      idleTimeoutMs,
      maxBytes,
      passTrailers: () => NO_TRAILERS,
      onIdle() {
        caller.fail(gatewayError('REQUEST_TIMEOUT'));
        giveUp();
      },
      onTooLong() {
        caller.fail(gatewayError('BODY_TOO_LARGE'));
        giveUp();
      },
      onGone: giveUp,
    });
    reading.start({
      data: (chunk) => chunks.push(chunk) > 0,
      end: () => resolve(Buffer.concat(chunks)),
    });
  });
}

/** A kept body for one attempt. */
export function readKept(kept: Buffer): OutgoingBody {
  return {
    start(sink) {
      sink.data(kept);
      sink.end(NO_TRAILERS);
    },
    resume: () => undefined,
    stop: () => undefined,
  };
}
