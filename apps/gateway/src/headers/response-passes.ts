import { ownField, type HeaderList } from './header-list';
import { removeHopByHop } from './hop-by-hop';

export interface ResponseFacts {
  readonly requestId: string;
  readonly pseudonym: string;
}

const VIA = ownField('Via');
const X_REQUEST_ID = ownField('X-Request-Id');

/** @param received the version of HTTP by which the answer came */
export type ResponsePass = (headers: HeaderList, facts: ResponseFacts, received: string) => void;

/** What happens to an answer's fields on their way to the caller; everything else passes untouched. */
export const RESPONSE_PASSES: readonly ResponsePass[] = [removeHopByHop, extendVia, nameRequest];

export function passResponseHeaders(headers: HeaderList, facts: ResponseFacts, received: string): void {
  for (const pass of RESPONSE_PASSES) pass(headers, facts, received);
}

function extendVia(headers: HeaderList, { pseudonym }: ResponseFacts, received: string): void {
  headers.append(VIA, `${received} ${pseudonym}`);
}

/** Under the id by which the gateway's log knows it, whatever the instance calls it. */
function nameRequest(headers: HeaderList, { requestId }: ResponseFacts): void {
  if (headers.get('x-request-id') !== requestId) headers.set(X_REQUEST_ID, requestId);
}
