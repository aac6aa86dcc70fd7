import { createFileObstacles, type Announced, type FileClaim } from './file-obstacles';

const announcement = (service: string, pathPrefix: string, more: Partial<Announced> = {}): Announced => ({
  service,
  pathPrefix,
  ...more,
});
const verdict = (file: readonly FileClaim[], wanted: Announced) => createFileObstacles(file)(wanted);

describe('what the routes file leaves of an announcement', () => {
  it.each(['/livez', '/register_service/x'])('not the gateway’s own path %s', (path) => {
    expect(verdict([], announcement('a', path))).toEqual({
      kind: 'refused',
      reason: `${path} is reserved for the gateway itself`,
    });
  });

  it.each([
    ['everything where it says nothing', '/x', '/other', 'free'],
    ['not its prefix', '/x', '/x', 'refused'],
    ['nor what is inside it', '/x', '/x/y', 'refused'],
    ['nor what is far inside it', '/x', '/x/y/z/1', 'refused'],
    ['what is around it', '/x/y', '/x', 'free'],
    ['what is beside it', '/x', '/xy', 'free'],
    ['with a root, which only takes what no other route does', '/', '/x', 'free'],
    ['but not the root then', '/', '/', 'refused'],
  ])('%s', (_what, pathPrefix, wanted, expected) => {
    expect(verdict([{ service: 'a', pathPrefix }], announcement('b', wanted)).kind).toBe(expected);
  });

  it('nothing to add to what it says of that very service', () => {
    const file = [{ service: 'a', pathPrefix: '/x' }];
    expect(verdict(file, announcement('a', '/x')).kind).toBe('in_file');
    expect(verdict(file, announcement('a', '/x/y')).kind).toBe('free');
  });

  const written = (pathPrefix: string, more: Partial<FileClaim> = {}): FileClaim => ({
    service: 'a',
    pathPrefix,
    ...more,
  });
  it.each<[what: string, file: FileClaim[], wanted: Announced, reason: RegExp | undefined]>([
    ['its own service beneath', [written('/x')], announcement('a', '/x/y'), undefined],
    [
      'its own service beneath what is closed',
      [written('/x', { closed: true })],
      announcement('a', '/x/y'),
      /has announced: off for \/x/,
    ],
    [
      'anybody beneath a closed root',
      [written('/', { closed: true })],
      announcement('b', '/y'),
      /gives \/ to a/,
    ],
    [
      'the methods that a route of the file takes',
      [written('/x', { methods: ['GET', 'PUT'] })],
      announcement('b', '/x/y', { methods: ['GET'] }),
      /gives \/x to a/,
    ],
    [
      'the host of a route of the file',
      [written('/x', { host: 'h' })],
      announcement('b', '/x/y', { host: 'h' }),
      /gives h\/x to a/,
    ],
    [
      'a service with the longer of two routes of the file around it',
      [written('/x'), written('/x/y', { service: 'b' })],
      announcement('b', '/x/y/z'),
      undefined,
    ],
    [
      'a service with such a route for one host',
      [written('/x'), written('/x/y', { service: 'b', host: 'h' })],
      announcement('b', '/x/y/z'),
      undefined,
    ],
    [
      'a service with the shorter of two',
      [written('/x', { service: 'b' }), written('/x/y')],
      announcement('b', '/x/y/z'),
      /gives \/x\/y to a/,
    ],
  ])('refuses or not: %s', (_what, file, wanted, reason) => {
    const found = verdict(file, wanted);
    expect(found.kind).toBe(reason === undefined ? 'free' : 'refused');
    expect('reason' in found ? found.reason : '').toMatch(reason ?? /^$/);
  });

  it('adds no methods to what the file says of a service at the very prefix', () => {
    expect(verdict([written('/x', { methods: ['GET'] })], announcement('a', '/x')).kind).toBe('in_file');
  });

  it.each([{ host: 'shop.example' }, { methods: ['GET'] }])('to others what it leaves (%p)', (some) => {
    const file = [{ service: 'a', pathPrefix: '/x', ...some }];
    expect(verdict(file, announcement('b', '/x')).kind).toBe('free');
  });
});
