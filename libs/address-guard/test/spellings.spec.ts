import fc from 'fast-check';
import { createAddressGuard } from '../src';
import { ipv4Spelling, ipv6Detour, type Octets } from './ipv4-spelling';

const octet = fc.nat(255);

const forbidden: fc.Arbitrary<Octets> = fc.oneof(
  fc.tuple(fc.constant(127), octet, octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 239 }), octet, octet, octet),
  fc.tuple(fc.constant(0), octet, octet, octet),
  fc.constantFrom<Octets>([255, 255, 255, 255], [169, 254, 169, 254], [100, 100, 100, 200]),
);

const allowed: fc.Arbitrary<Octets> = fc.oneof(
  fc.tuple(fc.constant(10), octet, octet, octet),
  fc.tuple(fc.constant(8), octet, octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
);

const guard = createAddressGuard({
  forbidLoopback: true,
  // A spelling that passes for a name shows as allowed, as if DNS did not know it.
  resolve: () => Promise.reject(new Error('ENOTFOUND')),
});

const spelt = (octets: fc.Arbitrary<Octets>) =>
  octets.chain((address) => fc.oneof(ipv4Spelling(address), ipv6Detour(address)));

describe('spellings', () => {
  it('refuses a forbidden IPv4 address in any of them', async () => {
    await fc.assert(
      fc.asyncProperty(spelt(forbidden), async (host) => {
        expect((await guard.checkUrl(`http://${host}:8081/`)).allowed).toBe(false);
        expect(guard.checkHost(host).allowed).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('allows an allowed one in any of them', async () => {
    await fc.assert(
      fc.asyncProperty(spelt(allowed), async (host) => {
        expect(await guard.checkUrl(`http://${host}:8081/`)).toEqual({ allowed: true });
        expect(guard.checkHost(host)).toEqual({ allowed: true });
      }),
      { numRuns: 2000 },
    );
  });

  it('answers for any text at all, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), async (text) => {
        expect(typeof (await guard.checkUrl(`http://${text}`)).allowed).toBe('boolean');
        expect(typeof (await guard.checkUrl(text)).allowed).toBe('boolean');
        expect(typeof guard.checkHost(text).allowed).toBe('boolean');
        expect(typeof guard.checkAddress(text).allowed).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});
