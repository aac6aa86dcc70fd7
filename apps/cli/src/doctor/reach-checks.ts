import { fail, ok, unless, valueOf, warn, type Check } from '@rollcall/diagnosis';
import type { Facts } from './facts';

const DAY_MS = 86_400_000;
const RENEW_DAYS = 14;
const LONGEST_SKEW_MS = 2000;
const LOOPBACK = new Set(['localhost', '[::1]']);

/** Whether the registry can be reached, and who we are there. */
export const REACH_CHECKS: readonly Check<Facts>[] = [
  {
    id: 'registry_reachable',
    area: 'reach',
    run({ registries, whoami }) {
      const away = registries.flatMap(({ answer }) => ('fault' in answer ? [answer] : []));
      const [first] = away;
      if (first === undefined && 'fault' in whoami && !whoami.isRefused)
        return fail(whoami.fault, whoami.mend ?? 'say where the registry is: REGISTRY_URL=…');
      if (first === undefined)
        return ok(`the registry answers at ${registries.map(({ url }) => url).join(', ')}`);
      const mend = first.mend ?? 'say where it is: REGISTRY_URL=…';
      const text = away.map(({ fault }) => fault).join('; ');
      return away.length === registries.length ? fail(text, mend) : warn(text, mend);
    },
  },
  {
    id: 'certificate',
    area: 'reach',
    run({ registries, nowMs }) {
      const days = registries.flatMap(({ url, answer }) => {
        const ends = valueOf(answer)?.certificateEnds;
        return ends === undefined ? [] : [{ url, left: Math.floor((ends - nowMs) / DAY_MS) }];
      });
      if (days.length === 0) return undefined;
      return unless(
        days.filter(({ left }) => left < RENEW_DAYS).map(({ url, left }) => `${url} (${left} days)`),
        'certificates last for more than two weeks',
        (names) =>
          warn(`the certificate ends soon: ${names}`, 'have it renewed; the registry follows its files'),
      );
    },
  },
  {
    id: 'clocks',
    area: 'reach',
    run({ registries }) {
      const skews = registries.flatMap(({ url, answer }) => {
        const skew = valueOf(answer)?.clockSkewMs;
        return skew === undefined ? [] : [{ url, skew }];
      });
      if (skews.length === 0) return undefined;
      return unless(
        skews
          .filter(({ skew }) => Math.abs(skew) > LONGEST_SKEW_MS)
          .map(({ url, skew }) => `${url} by ${(skew / 1000).toFixed(1)} s`),
        'the clocks agree',
        (names) => warn(`its clock differs from ours: ${names}`, 'have NTP set both clocks'),
      );
    },
  },
  {
    id: 'versions',
    area: 'reach',
    run({ registry, ownVersion }) {
      const version = valueOf(registry)?.version;
      if (version === undefined) return undefined;
      return lineOf(version) === lineOf(ownVersion)
        ? ok(`registry ${version} and rollcall ${ownVersion} are of one line`)
        : warn(
            `the registry is ${version}, and rollcall ${ownVersion}`,
            'use the rollcall of the registry’s version',
          );
    },
  },
  {
    id: 'auth',
    area: 'access',
    run({ whoami, registries }) {
      const who = valueOf(whoami);
      if (who === undefined) return undefined;
      if (who.auth === 'on') return ok('the registry asks for tokens');
      return registries.every(({ url }) => isLoopback(url))
        ? ok('the registry asks for no token; it is asked for on this machine')
        : warn(
            'the registry asks for no token: whoever reaches it can register, drain and evict',
            'give it a tokens file (rollcall token new) and REGISTRY_TOKENS_FILE',
          );
    },
  },
  {
    id: 'token',
    area: 'access',
    run({ whoami }) {
      if ('fault' in whoami)
        return whoami.isRefused ? fail(whoami.fault, whoami.mend ?? 'set REGISTRY_TOKEN_FILE') : undefined;
      const { auth, name, proven_by, scopes } = whoami.value;
      const proof = proven_by ?? 'token';
      if (auth === 'off') return undefined;
      if (name === null)
        return fail(
          'the registry asks for a token, and none is set',
          'set REGISTRY_TOKEN_FILE, or --token-file',
        );
      return scopes.includes('read')
        ? ok(`the ${proof} of ${name} is known, with the scopes ${scopes.join(', ')}`)
        : fail(
            `the ${proof} of ${name} lacks the scope read, so most checks are left out`,
            `give it the scope read, or use another ${proof}`,
          );
    },
  },
  {
    id: 'token_in_the_clear',
    area: 'access',
    run(facts) {
      if (!facts.sendsToken) return undefined;
      return unless(inTheClear(facts), 'the token does not cross a network in the clear', (names) =>
        warn(`the token crosses the network in the clear: ${names}`, 'write https:// in REGISTRY_URL'),
      );
    },
  },
];

function inTheClear({ registries }: Facts): readonly string[] {
  return registries.map(({ url }) => url).filter((url) => url.startsWith('http:') && !isLoopback(url));
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return LOOPBACK.has(hostname) || /^127\./.test(hostname);
}

/** Before 1.0 the second number tells what goes together, from then on the first (https://semver.org). */
function lineOf(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}
