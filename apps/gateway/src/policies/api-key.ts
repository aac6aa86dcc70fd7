import { sameDigest, secretDigest } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import type { ApiKeyRule, NamedKey } from '../routing/policy-rules';
import type { Policy, GatewayAnswer, PolicyRequest } from './policy';
import { withoutQueryParameter, queryParameter } from './query-parameter';

/**
 * What the instance learns of the key's owner. A caller cannot send it by itself: it is removed from every request but those of
 * TRUSTED_GATEWAYS, on routes without keys too (`forgetUnbelieved`).
 */
const CONSUMER_HEADER = 'X-Forwarded-Consumer';

export const apiKeyPolicy: Policy = {
  name: 'api_key',
  compile({ policy: { apiKey: rule } }) {
    if (rule === undefined) return undefined;
    const { where, keys } = rule;
    const names = rule.names === undefined ? undefined : new Set(rule.names);
    const header = 'header' in where ? where.header.toLowerCase() : undefined;
    const challenge =
      'header' in where
        ? `ApiKey header=${JSON.stringify(where.header)}`
        : `ApiKey query=${JSON.stringify(where.query)}`;

    return (request, decisions) => {
      const presented = keyOf(request, where);
      if (presented === undefined) return unauthorized('API_KEY_REQUIRED', challenge);
      const owner = ownerOf(presented, keys);
      if (owner === undefined) return unauthorized('API_KEY_UNKNOWN', challenge);
      if (names !== undefined && !names.has(owner))
        return { kind: 'refused', error: gatewayError('API_KEY_FORBIDDEN') };

      decisions.consumer = owner;
      // The key itself stays here: an instance, or its log, has no use for it.
      if ('query' in where) decisions.target = withoutQueryParameter(decisions.target, where.query);
      decisions.requestEdits.push((headers) => {
        if (header !== undefined) headers.removeWhere((name) => name === header);
        headers.set(CONSUMER_HEADER, owner);
      });
      return undefined;
    };
  },
};

function keyOf({ headers, target }: PolicyRequest, where: ApiKeyRule['where']): string | undefined {
  return 'header' in where ? headers.get(where.header.toLowerCase()) : queryParameter(target, where.query);
}

/** Looks at every key, whichever it was, so that the time it takes tells nothing of them. */
function ownerOf(presented: string, keys: readonly NamedKey[]): string | undefined {
  const digest = secretDigest(presented);
  let owner: string | undefined;
  for (const key of keys) if (sameDigest(digest, key.digest)) owner = key.name;
  return owner;
}

function unauthorized(code: 'API_KEY_REQUIRED' | 'API_KEY_UNKNOWN', challenge: string): GatewayAnswer {
  return { kind: 'refused', error: gatewayError(code, { headers: { 'WWW-Authenticate': challenge } }) };
}
