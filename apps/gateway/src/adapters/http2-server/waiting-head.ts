import type { HeaderList } from '../../headers/header-list';
import { outgoingFields, type OutgoingFields } from '../http2-common/outgoing-fields';

/** Answers that Node ends with their head (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** A head that has been given and not sent: what follows decides on its frame. Trailers may come where no length is known. */
export interface WaitingHead {
  readonly fields: OutgoingFields;
  readonly hasBody: boolean;
  readonly mayHaveTrailers: boolean;
}

/** @throws for what may not go out */
export function waitingHead(method: string, status: number, list: HeaderList): WaitingHead {
  const fields = outgoingFields(list.toRaw());
  // Node throws when the head goes out, which is too late.
  if (status > 599) throw new Error(`status ${status}, which HTTP/2 has no place for`);
  const hasBody = method !== 'HEAD' && !BODILESS.has(status);
  fields[':status'] = String(status);
  return { fields, hasBody, mayHaveTrailers: hasBody && fields['content-length'] === undefined };
}
