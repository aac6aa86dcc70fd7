import fc from 'fast-check';
import { isWithin, pathName, type PathClaim, type PathKey } from './path-claim';
import { createPathIndex, type HeldPath } from './path-index';

const prefix = fc
  .array(fc.constantFrom('x', 'y', 'xy'), { maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`);
const host = fc.constantFrom(undefined, 'a.example', 'b.example');
const service = fc.constantFrom('a', 'b', 'c');
const named = fc.boolean();
const wish = fc.record({ pathPrefix: prefix, host, service, named });
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

const claimOf = (one: Wish): PathClaim => ({
  pathPrefix: one.pathPrefix,
  ...(one.host === undefined ? {} : { host: one.host }),
  ...(one.named && { named: true as const }),
  since: 1,
  why: 'for a spec',
});

/** The rule in its plainest form, by a look at every claim. */
function standsInTheWay({ serviceName, claim }: HeldPath, wanted: Wish): boolean {
  if (serviceName === wanted.service) return false;
  if (pathName(claim) === pathName(wanted)) return true;
  if (claim.named === true || wanted.named) return false;
  const nested =
    isWithin(claim.pathPrefix, wanted.pathPrefix) || isWithin(wanted.pathPrefix, claim.pathPrefix);
  return nested && (claim.host === undefined || wanted.host === undefined || claim.host === wanted.host);
}

describe('path index', () => {
  it('finds whoever stands in the way, and nobody else, whatever has come and gone', () => {
    const step = fc.record({ wish, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), wish, (steps, asked) => {
        const index = createPathIndex();
        const held = new Map<string, HeldPath>();
        for (const { wish: one, remove } of steps) {
          const name = pathName(one);
          if (remove) {
            index.remove(one);
            held.delete(name);
          } else if (!held.has(name)) {
            const entry = { serviceName: one.service, claim: claimOf(one) };
            index.add(entry);
            held.set(name, entry);
          }
        }
        const key: PathKey & { readonly named?: true } = claimOf(asked);
        const rivals = [...held.values()].filter((one) => standsInTheWay(one, asked));
        const found = index.rivalOf(key, asked.service);
        expect(found === undefined).toBe(rivals.length === 0);
        if (found !== undefined) expect(rivals).toContain(found);
        expect(index.at(key)).toBe(held.get(pathName(key)));
        const covering = index.covering(key, asked.service);
        expect(covering !== undefined).toBe(
          [...held.values()].some(
            ({ serviceName, claim }) =>
              serviceName === asked.service &&
              claim.host === asked.host &&
              isWithin(asked.pathPrefix, claim.pathPrefix),
          ),
        );
      }),
    );
  });

  it('looks at what is near, not at everything: one path at many hosts, and many paths', () => {
    const index = createPathIndex();
    let looks = 0;
    const watched = (claim: PathClaim): PathClaim =>
      new Proxy(claim, {
        get(target, field): unknown {
          looks += 1;
          return Reflect.get(target, field);
        },
      });
    for (let at = 0; at < 5000; at += 1) {
      const key = { since: 1, why: '', pathPrefix: `/s-${at}`, host: `h-${at}.example` };
      index.add({ serviceName: `s-${at}`, claim: watched(key) });
      index.add({ serviceName: `s-${at}`, claim: watched({ ...key, pathPrefix: '/shared' }) });
    }
    looks = 0;
    expect(index.rivalOf({ pathPrefix: '/shared', host: 'other.example' }, 'new')).toBeUndefined();
    expect(index.rivalOf({ pathPrefix: '/', host: 'other.example' }, 'new')).toBeUndefined();
    expect(index.rivalOf({ pathPrefix: '/shared' }, 'new')).toBeDefined();
    expect(looks).toBeLessThan(20);
  });
});
