import type { ServerHttp2Stream } from 'node:http2';
import { grpcContentType } from '../../grpc/grpc-request';
import type { HeaderList } from '../../headers/header-list';
import { outgoingFields, type OutgoingFields } from '../http2-common/outgoing-fields';

/** Answers that Node ends with their head (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** A head that has been given and not sent: what follows decides on its frame. */
export interface WaitingHead {
  readonly fields: OutgoingFields;
  readonly hasBody: boolean;
  /**
   * RFC 9113 §8.1: behind a known length too. To wait for them costs a frame more, so there only where they are announced,
   * or sure to come.
   */
  readonly mayHaveTrailers: boolean;
}

/** @throws for what may not go out */
export function waitingHead(method: string, status: number, list: HeaderList): WaitingHead {
  const fields = outgoingFields(list.toRaw());
  // Node throws when the head goes out, which is too late.
  if (status > 599) throw new Error(`status ${status}, which HTTP/2 has no place for`);
  const hasBody = method !== 'HEAD' && !BODILESS.has(status);
  fields[':status'] = String(status);
  const mayHaveTrailers =
    hasBody &&
    (fields['content-length'] === undefined ||
      fields['trailer'] !== undefined ||
      grpcContentType({ method, headers: list }) !== undefined);
  return { fields, hasBody, mayHaveTrailers };
}

export interface TrailersAfter {
  /** Asked at the end of the body. */
  readonly trailers: () => OutgoingFields;
  /** Nothing more of the answer goes out. */
  readonly onSent: () => void;
}

/** Sends it, with a body and perhaps trailers to come. */
export function sendHead(
  stream: ServerHttp2Stream,
  { fields, mayHaveTrailers }: WaitingHead,
  { trailers, onSent }: TrailersAfter,
): void {
  if (mayHaveTrailers)
    // Node has said before that it has finished.
    stream.once('wantTrailers', () => {
      stream.sendTrailers(trailers());
      // Their frame goes out at the end of this turn; a reset before that would take their place.
      setImmediate(onSent);
    });
  stream.respond(fields, { waitForTrailers: mayHaveTrailers });
}
