import fc from 'fast-check';
import { resolveAnnouncements, type FileClaim } from './announcement-conflicts';
import type { RememberedAnnouncement } from './announcement-memory';

const announcement = (
  service: string,
  pathPrefix: string,
  since: number,
  more: Partial<RememberedAnnouncement> = {},
): RememberedAnnouncement => ({ service, pathPrefix, since, stripPrefix: false, ...more });

const accepted = (given: readonly RememberedAnnouncement[], file: readonly FileClaim[] = []) =>
  resolveAnnouncements(given, file).accepted.map(({ service, pathPrefix }) => `${service} ${pathPrefix}`);

describe('resolveAnnouncements', () => {
  it('gives a prefix to the older registration, and says so to the other', () => {
    const result = resolveAnnouncements(
      [announcement('young', '/products', 20), announcement('old', '/products', 10)],
      [],
    );
    expect(result.accepted.map(({ service }) => service)).toEqual(['old']);
    expect(result.refused.map(({ reason }) => reason)).toEqual(['old has /products and registered first']);
  });

  it.each([
    [
      'a registration of the same second goes by name',
      [
        ['b', '/x', 1],
        ['a', '/x', 1],
      ],
      ['a /x'],
    ],
    [
      'a prefix inside another service’s is a conflict',
      [
        ['a', '/x', 1],
        ['b', '/x/y', 2],
      ],
      ['a /x'],
    ],
    [
      'a prefix around another service’s is a conflict',
      [
        ['a', '/x/y', 1],
        ['b', '/x', 2],
      ],
      ['a /x/y'],
    ],
    [
      'the root is around everything',
      [
        ['a', '/x', 1],
        ['b', '/', 2],
      ],
      ['a /x'],
    ],
    [
      'a service may nest its own',
      [
        ['a', '/x', 1],
        ['a', '/x/y', 1],
      ],
      ['a /x', 'a /x/y'],
    ],
    [
      'segments count whole',
      [
        ['a', '/x', 1],
        ['b', '/xy', 2],
      ],
      ['a /x', 'b /xy'],
    ],
    [
      'the gateway’s own paths are not to be had',
      [
        ['a', '/livez', 1],
        ['a', '/register_service/x', 1],
      ],
      [],
    ],
  ] as const)('%s', (_, given, expected) => {
    expect(accepted(given.map(([service, prefix, since]) => announcement(service, prefix, since)))).toEqual(
      expected,
    );
  });

  it('lets two hosts have one path each', () => {
    const given = [
      announcement('a', '/x', 1, { host: 'a.test' }),
      announcement('b', '/x', 2, { host: 'b.test' }),
    ];
    expect(accepted(given)).toEqual(['a /x', 'b /x']);
  });

  it('prefers who is there over who was there earlier and is gone', () => {
    expect(accepted([announcement('gone', '/x', 1, { goneAt: 5 }), announcement('here', '/x', 9)])).toEqual([
      'here /x',
    ]);
  });

  it.each([
    ['the file’s prefix is not for others', '/x', '/x', []],
    ['nor what is inside it', '/x', '/x/y', []],
    ['what is around it is', '/x/y', '/x', ['b /x']],
    ['its root only takes what nobody asks for', '/', '/x', ['b /x']],
    ['but nobody else has the root then', '/', '/', []],
  ])('%s', (_, pathPrefix, wanted, expected) => {
    expect(accepted([announcement('b', wanted, 1)], [{ service: 'a', pathPrefix }])).toEqual(expected);
  });

  it('takes no offence at a service that announces what the file says of it', () => {
    const file = [{ service: 'a', pathPrefix: '/x' }];
    const result = resolveAnnouncements([announcement('a', '/x', 1), announcement('a', '/x/y', 1)], file);
    expect(result.refused).toEqual([]);
    expect(result.accepted.map(({ pathPrefix }) => pathPrefix)).toEqual(['/x/y']);
  });

  const written = (pathPrefix: string, more: Partial<FileClaim> = {}): FileClaim => ({
    service: 'a',
    pathPrefix,
    ...more,
  });
  it.each<[what: string, file: FileClaim[], wanted: RememberedAnnouncement, reason: RegExp | undefined]>([
    ['its own service beneath', [written('/x')], announcement('a', '/x/y', 1), undefined],
    [
      'its own service beneath what is closed',
      [written('/x', { closed: true })],
      announcement('a', '/x/y', 1),
      /takes nothing that is announced beneath \/x/,
    ],
    [
      'anybody beneath a closed root',
      [written('/', { closed: true })],
      announcement('b', '/y', 1),
      /gives \/ to a/,
    ],
    [
      'the methods that a route of the file takes',
      [written('/x', { methods: ['GET', 'PUT'] })],
      announcement('b', '/x/y', 1, { methods: ['GET'] }),
      /gives \/x to a/,
    ],
    [
      'the host of a route of the file',
      [written('/x', { host: 'h' })],
      announcement('b', '/x/y', 1, { host: 'h' }),
      /gives h\/x to a/,
    ],
    [
      'a service with the longer of two routes of the file around it',
      [written('/x'), written('/x/y', { service: 'b' })],
      announcement('b', '/x/y/z', 1),
      undefined,
    ],
    [
      'a service with such a route for one host',
      [written('/x'), written('/x/y', { service: 'b', host: 'h' })],
      announcement('b', '/x/y/z', 1),
      undefined,
    ],
    [
      'a service with the shorter of two',
      [written('/x', { service: 'b' }), written('/x/y')],
      announcement('b', '/x/y/z', 1),
      /gives \/x\/y to a/,
    ],
  ])('refuses or not: %s', (_what, file, wanted, reason) => {
    const { refused, accepted: taken } = resolveAnnouncements([wanted], file);
    expect(taken.length).toBe(reason === undefined ? 1 : 0);
    expect(refused.map((one) => one.reason).join()).toMatch(reason ?? /^$/);
  });

  it('adds no methods to what the file says of a service at the very prefix', () => {
    expect(accepted([announcement('a', '/x', 1)], [written('/x', { methods: ['GET'] })])).toEqual([]);
  });

  it.each([{ host: 'shop.example' }, { methods: ['GET'] }])(
    'lets others have what the file leaves (%p)',
    (some) => {
      const file = [{ service: 'a', pathPrefix: '/x', ...some }];
      expect(accepted([announcement('b', '/x', 1)], file)).toEqual(['b /x']);
    },
  );

  it('answers the same whatever the order, and never gives a path to two services', () => {
    const anyAnnouncement = fc
      .record({
        service: fc.constantFrom('a', 'b', 'c'),
        pathPrefix: fc
          .array(fc.constantFrom('x', 'y'), { maxLength: 3 })
          .map((parts) => `/${parts.join('/')}`),
        since: fc.nat(3),
      })
      .map(({ service, pathPrefix, since }) => announcement(service, pathPrefix, since));
    const set = fc.uniqueArray(anyAnnouncement, {
      selector: ({ service, pathPrefix }) => service + pathPrefix,
      maxLength: 12,
    });
    fc.assert(
      fc.property(set, (given) => {
        const result = resolveAnnouncements(given, []);
        expect(resolveAnnouncements([...given].reverse(), [])).toEqual(result);
        for (const one of result.accepted)
          for (const other of result.accepted)
            if (one.service !== other.service)
              expect(
                `${one.pathPrefix}/`.replace('//', '/').startsWith(`${other.pathPrefix}/`.replace('//', '/')),
              ).toBe(false);
      }),
    );
  });
});
