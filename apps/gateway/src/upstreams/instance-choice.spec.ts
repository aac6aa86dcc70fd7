import fc from 'fast-check';
import type { Instance } from '@rollcall/contracts';
import { PICKER_NAMES } from '@rollcall/load-balancing';
import { anInstance } from '../../test/support/an-instance';
import { aRequest } from '../../test/support/a-request';
import { createFakeTransport } from '../../test/support/fake-transport';
import type { RoutePolicy } from '../routing/route-policy';
import { createUpstreams } from './upstreams';
import { createInstanceChoice, type ChoiceContext } from './instance-choice';

const policy: RoutePolicy = {
  picker: 'round_robin',
  headersTimeoutMs: 1,
  idleTimeoutMs: 1,
  maxAttempts: 3,
  attemptTimeoutMs: Infinity,
};
const canary = {
  versions: [{ version: '2', percent: 10 }],
  header: { name: 'x-canary', versionOf: new Map([['always', '2']]) },
};

function upstreams(...given: Partial<Instance>[]) {
  const upstreams = createUpstreams(createFakeTransport());
  upstreams.apply(
    'product',
    given.map((one, index) => anInstance({ instance_id: `i${index}`, url: `http://i${index}.test`, ...one })),
    0,
  );
  return upstreams.of('product');
}

const choosing = (given: Partial<RoutePolicy>, context: Partial<ChoiceContext> = {}) =>
  createInstanceChoice(
    { ...policy, ...given },
    { random: () => 0, clientOf: ({ facts }) => facts.peer, ...context },
  );

describe('the choice of an instance', () => {
  it('sends callers with one value in the route’s field to one instance', () => {
    const available = upstreams({}, {}, {}, {});
    const choice = choosing({ picker: 'ring_hash', hashHeader: 'x-user' });
    const of = (user: string) => choice.pick(available, aRequest({ 'X-User': user }), 0)?.id;
    const users = Array.from({ length: 50 }, (_, index) => `user ${index}`);
    expect(users.map(of)).toEqual(users.map(of));
    expect(new Set(users.map(of)).size).toBe(4);
  });

  it('sends one client to one instance when no field is named', () => {
    const available = upstreams({}, {}, {}, {});
    let client = '';
    const choice = choosing({ picker: 'ring_hash' }, { clientOf: () => client });
    const of = (address: string) => {
      client = address;
      return choice.pick(available, aRequest(), 0)?.id;
    };
    const clients = Array.from({ length: 50 }, (_, index) => `192.0.2.${index}`);
    expect(clients.map(of)).toEqual(clients.map(of));
    expect(new Set(clients.map(of)).size).toBe(4);
  });

  it('prefers the gateway’s own zone', () => {
    const available = upstreams({ zone: 'a' }, { zone: 'b' });
    const choice = choosing({ picker: 'zone_first' }, { zone: 'b' });
    const picked = Array.from({ length: 5 }, () => choice.pick(available, aRequest(), 0)?.id);
    expect(new Set(picked)).toEqual(new Set(['i1']));
  });

  it('gives a newcomer less while it is new', () => {
    const upstreams = createUpstreams(createFakeTransport());
    const old = anInstance({ instance_id: 'old', url: 'http://old.test' });
    upstreams.apply('product', [old], 0);
    upstreams.apply('product', [old, anInstance({ instance_id: 'new', url: 'http://new.test' })], 1000);
    let chance = 0;
    const random = () => (chance = (chance + 0.618_033_988_749_895) % 1);
    const choice = choosing({ slowStartMs: 10_000 }, { random });
    const share = (now: number) => {
      const picked = Array.from(
        { length: 1000 },
        () => choice.pick(upstreams.of('product'), aRequest(), now)?.id,
      );
      return picked.filter((id) => id === 'new').length / 1000;
    };
    expect(share(1000)).toBeLessThan(0.15);
    expect(share(11_000)).toBe(0.5);
  });
});

describe('a canary', () => {
  const available = upstreams({ version: '1.0' }, { version: '1.1' }, { version: '2.0' });
  const versionOf = (upstream: ReturnType<typeof upstreams>[number] | undefined) =>
    upstream?.instance.version;

  it('gets the share that its route says', () => {
    let turn = 0;
    // The choice of a version takes one chance; round robin takes one more, once for each version.
    const choice = choosing({ canary }, { random: () => (turn++ % 100) / 100 });
    const picked = Array.from({ length: 1000 }, () => versionOf(choice.pick(available, aRequest(), 0)));
    const share = picked.filter((version) => version === '2.0').length;
    expect(share).toBeGreaterThan(95);
    expect(share).toBeLessThan(105);
  });

  it('is what callers get who ask for it', () => {
    const choice = choosing({ canary }, { random: () => 0.5 });
    const asked = aRequest({ 'X-Canary': 'always' });
    expect(versionOf(choice.pick(available, asked, 0))).toBe('2.0');
    expect(versionOf(choice.pick(available, aRequest(), 0))).not.toBe('2.0');
  });

  it('is replaced by any other when there is none of it, and is asked when there is nobody else', () => {
    const choice = choosing({ canary }, { random: () => 0.5 });
    const [one, , two] = available;
    const stable = one === undefined ? [] : [one];
    expect(choice.pick(stable, aRequest({ 'X-Canary': 'always' }), 0)).toBe(one);
    expect(choice.pick(two === undefined ? [] : [two], aRequest(), 0)).toBe(two);
  });

  it('never takes anybody away from a request that could be answered', () => {
    const versions = fc.constantFrom('1.0', '2.0', '3.1', null);
    const given = fc.record({
      listed: fc.array(versions, { minLength: 1, maxLength: 6 }),
      asked: fc.constantFrom(undefined, 'always', 'other'),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      picker: fc.constantFrom(...PICKER_NAMES),
    });
    fc.assert(
      fc.property(given, ({ listed, asked, chance, picker }) => {
        const all = upstreams(...listed.map((version) => ({ version })));
        const choice = choosing({ canary, picker }, { random: () => chance });
        const request = aRequest(asked === undefined ? {} : { 'X-Canary': asked });
        const picked = choice.pick(all, request, 0);
        expect(all).toContain(picked);
        if (asked === 'always' && listed.includes('2.0')) expect(versionOf(picked)).toBe('2.0');
        const left = all.filter((one) => one !== picked);
        if (left.length > 0) expect(left).toContain(choice.pickOther(left, picked));
        else expect(choice.pickOther(left, picked)).toBeUndefined();
      }),
    );
  });

  it('has its failed requests tried on its like first, and those of the others on theirs', () => {
    const choice = choosing({ canary });
    const [one, other, two] = available;
    const left = [two, other].filter((each) => each !== undefined);
    expect(choice.pickOther(left, one)).toBe(other);
    expect(
      choice.pickOther(
        [one, other].filter((each) => each !== undefined),
        two,
      ),
    ).toBe(one);
  });
});
