import { gatewayError } from '../errors';
import type { HeaderList } from '../headers/header-list';
import type { Route } from '../routing/route';
import type { CorsRule } from '../routing/policy-rules';
import { createOriginTest } from './origin-pattern';
import type { Policy, GatewayAnswer, PolicyRequest } from './policy';
import { addVary } from './vary';

/** What an instance says of this is replaced: two of them, and browsers refuse the answer. */
const REPLACED: ReadonlySet<string> = new Set([
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
]);

const ANY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const corsPolicy: Policy = {
  name: 'cors',
  compile(route) {
    const { cors: rule } = route.policy;
    if (rule === undefined) return undefined;
    const isAllowed = createOriginTest(rule.origins);
    const anyOrigin = rule.origins.includes('*');
    const preflightHeaders = headersForPreflights(rule, route);

    return (request, { responseEdits }) => {
      const origin = request.headers.get('origin');
      const allowed = origin !== undefined && isAllowed(origin) ? origin : undefined;
      if (isPreflight(request)) return answerTo(allowed, anyOrigin, rule, preflightHeaders);
      responseEdits.push((headers) => {
        headers.removeWhere((name) => REPLACED.has(name));
        // Also for who sends none: a cache must not give that answer to a page.
        if (!anyOrigin) addVary(headers, 'Origin');
        if (allowed !== undefined) allow(headers, anyOrigin ? '*' : allowed, rule);
      });
      return undefined;
    };
  },
};

/** Whether a browser asks on behalf of a page before it sends the request itself. */
export function isPreflight({ method, headers }: Pick<PolicyRequest, 'method' | 'headers'>): boolean {
  return (
    method === 'OPTIONS' &&
    headers.get('origin') !== undefined &&
    headers.get('access-control-request-method') !== undefined
  );
}

function answerTo(
  allowed: string | undefined,
  anyOrigin: boolean,
  { credentials }: CorsRule,
  headers: Readonly<Record<string, string>>,
): GatewayAnswer {
  if (allowed === undefined)
    return { kind: 'refused', error: gatewayError('ORIGIN_NOT_ALLOWED', { headers: { Vary: 'Origin' } }) };
  return {
    kind: 'answered',
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': anyOrigin ? '*' : allowed,
      ...(credentials ? { 'Access-Control-Allow-Credentials': 'true' } : {}),
      ...headers,
    },
  };
}

function headersForPreflights(rule: CorsRule, route: Route): Readonly<Record<string, string>> {
  const methods = rule.methods ?? route.methods ?? ANY_METHOD;
  return {
    'Access-Control-Allow-Methods': methods.join(', '),
    ...(rule.headers.length === 0 ? {} : { 'Access-Control-Allow-Headers': rule.headers.join(', ') }),
    'Access-Control-Max-Age': String(rule.maxAgeSeconds),
    Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  };
}

function allow(headers: HeaderList, origin: string, { credentials, expose }: CorsRule): void {
  headers.append('Access-Control-Allow-Origin', origin);
  if (credentials) headers.append('Access-Control-Allow-Credentials', 'true');
  if (expose.length > 0) headers.append('Access-Control-Expose-Headers', expose.join(', '));
}
