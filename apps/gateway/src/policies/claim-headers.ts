import { withDashes } from '../headers/field-name';
import type { Policy, PolicyPass } from './policy';

/**
 * Takes the headers of claims (`claims_to_headers`) from every caller: only a verified token fills them. On routes without
 * tokens too, as the instances of the service cannot see which route a request has come by.
 */
export const claimHeadersPolicy: Policy = {
  name: 'claim_headers',
  compile: ({ policy: { claimHeaders } }) => claimHeaders && removeClaimHeaders(claimHeaders),
};

/** @param claimHeaders in lower case */
export function removeClaimHeaders(claimHeaders: readonly string[]): PolicyPass {
  const names = new Set(claimHeaders.map((name) => withDashes(name)));
  const isClaim = (name: string): boolean => names.has(withDashes(name));
  return (_request, { requestEdits }) => {
    requestEdits.push((headers) => headers.removeWhere(isClaim));
    return undefined;
  };
}
