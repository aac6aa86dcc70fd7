import fc from 'fast-check';
import { createRegistryFailover } from './registry-failover';

describe('whose turn it is', () => {
  it('is of every order alike, so that clients are spread and those of one that dies go to all others', () => {
    const orders = [0, 0.5].flatMap((second) =>
      [0, 0.34, 0.67].map((third) => {
        const chances = [0, second, third];
        const failover = createRegistryFailover(
          ['http://a', 'http://b', 'http://c'],
          () => chances.shift() ?? 1,
        );
        return Array.from({ length: 3 }, () => [failover.url.at(-1), failover.failed(0)][0]).join('');
      }),
    );

    expect(orders.sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  });

  it('stays with a registry that answers', () => {
    const failover = createRegistryFailover(['http://a', 'http://b'], () => 1);

    failover.answered();

    expect(failover.url).toBe('http://a');
  });

  it('passes on at once until all have failed, then waits longer with each round', () => {
    const failover = createRegistryFailover(['http://a', 'http://b'], () => 1);

    const waits = Array.from({ length: 6 }, () => [failover.url, failover.failed(0)]);

    expect(waits).toEqual([
      ['http://a', 0],
      ['http://b', 100],
      ['http://a', 0],
      ['http://b', 200],
      ['http://a', 0],
      ['http://b', 400],
    ]);
  });

  it('begins with the first wait again after an answer', () => {
    const failover = createRegistryFailover(['http://a'], () => 1);
    failover.failed(0);
    failover.failed(0);

    failover.answered();

    expect(failover.failed(0)).toBe(100);
  });

  it('knows addresses without a trailing slash, and with their path', () => {
    const { urls } = createRegistryFailover(['http://a:8080/', 'https://b/rollcall/'], Math.random);

    expect(urls).toEqual(['http://a:8080', 'https://b/rollcall']);
  });

  it.each([[[]], [['a:8080']], [['file:///etc/passwd']], [['http://a', '']]])(
    'is nobody’s among %j',
    (urls) => {
      expect(() => createRegistryFailover(urls, Math.random)).toThrow(TypeError);
    },
  );

  it.each([
    'http://u:hunter2@a',
    'htp://u:hunter2@a',
    'u:hunter2@a',
    'http://u:hun@ter2@[',
    'http://hunter2@a',
  ])('refuses %s, and does not repeat its password', (address) => {
    const creating = () => createRegistryFailover(['http://a', address], () => 1);

    expect(creating).toThrow(TypeError);
    expect(creating).not.toThrow(/hunter2|ter2/);
  });

  it('does not ask a registry again before the time that it wanted', () => {
    const failover = createRegistryFailover(['http://a', 'http://b'], () => 1);
    expect([failover.failed(0, 10_000), failover.url]).toEqual([0, 'http://b']);
    expect([failover.failed(0), failover.url]).toEqual([100, 'http://b']);
    expect([failover.failed(100), failover.url]).toEqual([200, 'http://b']);
    expect([failover.failed(10_001), failover.url]).toEqual([0, 'http://a']);
  });

  it('waits for the first of them when all want not to be asked', () => {
    const failover = createRegistryFailover(['http://a', 'http://b', 'http://c'], () => 1);
    failover.failed(0, 9000);
    failover.failed(0, 8000);
    expect([failover.failed(0, 10_000), failover.url]).toEqual([8000, 'http://b']);
  });

  it('takes what is old only when no other has better', () => {
    const failover = createRegistryFailover(['http://a', 'http://b', 'http://c'], () => 1);
    expect([failover.offersOld(0), failover.url]).toEqual(['next', 'http://b']);
    expect([failover.failed(0), failover.url]).toEqual([0, 'http://c']);
    expect([failover.failed(0), failover.url]).toEqual([0, 'http://a']);
    expect([failover.offersOld(0), failover.url]).toEqual(['take', 'http://a']);
    failover.seekFresh(0);
    expect(failover.url).toBe('http://b');
  });

  it('has no patience with the first of several, and more with each round; the only one has all of it', () => {
    const several = createRegistryFailover(['http://a', 'http://b'], () => 1);
    const limits = Array.from({ length: 6 }, () => [several.answerLimitMs(2000), several.failed(0)][0]);
    expect(limits).toEqual([800, 800, 1600, 1600, 2000, 2000]);
    several.answered();
    expect(several.answerLimitMs(2000)).toBe(800);
    expect(createRegistryFailover(['http://a'], () => 1).answerLimitMs(2000)).toBe(2000);
  });
});

describe('whatever registries answer', () => {
  /** What is done with what the registry in use answers. */
  const answers = fc.oneof(
    fc.record({ kind: fc.constant('answered' as const) }),
    fc.record({ kind: fc.constant('failed' as const), holdMs: fc.oneof(fc.constant(0), fc.nat(20_000)) }),
    fc.record({ kind: fc.constant('old' as const) }),
    fc.record({ kind: fc.constant('seek' as const) }),
  );
  const sequence = fc.record({
    size: fc.integer({ min: 1, max: 5 }),
    chance: fc.double({ min: 0, max: 1, noNaN: true }),
    answers: fc.array(fc.tuple(answers, fc.nat(2000)), { maxLength: 60 }),
  });
  const listOf = (size: number): string[] => Array.from({ length: size }, (_, index) => `http://r${index}`);

  it('one of the list is used, none before the time it wanted, and no wait is longer than what one of them wanted', () => {
    fc.assert(
      fc.property(sequence, ({ size, chance, answers: given }) => {
        const urls = listOf(size);
        const failover = createRegistryFailover(urls, () => chance);
        const heldUntil = new Map<string, number>();
        let now = 0;
        for (const [answer, passedMs] of given) {
          const { url } = failover;
          let waitMs = 0;
          if (answer.kind === 'answered') failover.answered();
          if (answer.kind === 'old') failover.offersOld(now);
          if (answer.kind === 'seek') failover.seekFresh(now);
          if (answer.kind === 'failed') {
            heldUntil.set(url, now + answer.holdMs);
            waitMs = failover.failed(now, answer.holdMs);
            const longestHoldMs = Math.max(0, ...heldUntil.values()) - now;
            expect(waitMs).toBeLessThanOrEqual(Math.max(3000, longestHoldMs));
          }
          if (answer.kind === 'failed' || failover.url !== url)
            expect(now + waitMs).toBeGreaterThanOrEqual(heldUntil.get(failover.url) ?? 0);
          expect(urls).toContain(failover.url);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          now += waitMs + passedMs;
        }
      }),
    );
  });

  it('every registry is asked before there is a wait, unless it wanted none', () => {
    fc.assert(
      fc.property(sequence, ({ size, chance, answers: given }) => {
        const failover = createRegistryFailover(listOf(size), () => chance);
        const heldUntil = new Map<string, number>();
        let asked = new Set<string>();
        let now = 0;
        for (const [answer, passedMs] of given) {
          if (answer.kind === 'seek') continue;
          asked.add(failover.url);
          if (answer.kind === 'answered') {
            failover.answered();
            asked = new Set();
          } else if (answer.kind === 'old') {
            if (failover.offersOld(now) === 'take')
              for (const url of failover.urls)
                expect(asked.has(url) || (heldUntil.get(url) ?? 0) > now).toBe(true);
          } else {
            heldUntil.set(failover.url, now + answer.holdMs);
            const waitMs = failover.failed(now, answer.holdMs);
            if (waitMs > 0) {
              for (const url of failover.urls)
                expect(asked.has(url) || (heldUntil.get(url) ?? 0) > now).toBe(true);
              asked = new Set();
            }
            now += waitMs;
          }
          now += passedMs;
        }
      }),
    );
  });

  it('registries that go on failing are all asked, again and again, with a wait between two rounds', () => {
    fc.assert(
      fc.property(sequence, ({ size, chance }) => {
        const failover = createRegistryFailover(listOf(size), () => chance);
        let now = 0;
        for (let round = 0; round < 10; round += 1) {
          const asked = Array.from({ length: size }, () => {
            const { url } = failover;
            const waitMs = failover.failed(now);
            now += waitMs;
            return { url, waitMs };
          });
          expect(new Set(asked.map(({ url }) => url)).size).toBe(size);
          expect(asked.filter(({ waitMs }) => waitMs > 0)).toHaveLength(1);
        }
      }),
    );
  });
});
