import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createFleet } from './fleet';
import { createRouteBook } from './route-book';

const defaultPolicy = {
  picker: 'round_robin',
  headersTimeoutMs: 1,
  idleTimeoutMs: 1,
  maxAttempts: 1,
  attemptTimeoutMs: Infinity,
} as const;

describe('route book', () => {
  const newBook = () => {
    const fleet = createFleet(createFakeTransport());
    return createRouteBook({
      defaultPolicy,
      compilePolicies: () => undefined,
      fleet,
      choosing: { random: () => 0, clientOf: () => '192.0.2.1' },
    });
  };
  const announcing = (service: string, prefix: string) =>
    anInstance({ service_name: service, instance_id: service, routes: [{ path_prefix: prefix }] });

  it('leaves a route alone when nothing about the routes has changed', () => {
    const book = newBook();
    book.update('a', [announcing('a', '/a')]);
    const [before] = book.table.routes;
    book.update('a', [{ ...announcing('a', '/a'), status: 'draining' }]);
    expect(book.table.routes).toEqual([before]);
    expect(book.table.routes[0]).toBe(before);
  });

  it('keeps the destinations of other services, and with them their turns', () => {
    const book = newBook();
    book.update('a', [announcing('a', '/a')]);
    const before = book.table.match('GET', '', '/a');
    book.update('b', [announcing('b', '/b')]);
    expect(book.table.match('GET', '', '/a')).toEqual(before);
    expect(book.table.routes[0]).toBe(before.kind === 'found' ? before.route : undefined);
  });

  it('puts the file’s routes before those that are announced', () => {
    const book = newBook();
    book.update('a', [announcing('a', '/x')]);
    const ofFile = {
      service: 'b',
      pathPrefix: '/x',
      stripPrefix: false,
      source: 'file',
      policy: defaultPolicy,
    } as const;
    book.replaceFileRoutes([ofFile]);
    expect(book.table.routes.map(({ service }) => service)).toEqual(['b']);
    expect(book.refused().map(({ reason }) => reason)).toEqual(['the routes file gives /x to b']);
    book.replaceFileRoutes([]);
    expect(book.table.routes.map(({ service }) => service)).toEqual(['a']);
  });

  it('tells of what the registry refuses, once however many instances announce it, and who holds what', () => {
    const book = newBook();
    const refused = { path_prefix: '/b', code: 'held_by_another', reason: 'b holds /b' } as const;
    const one = { ...announcing('a', '/a'), refused_routes: [refused] };
    const claim = { path_prefix: '/a', since: 1, why: 'It was the first to announce it.' };
    book.update('a', [one, { ...one, instance_id: 'a-2' }], [claim]);
    expect(book.refused()).toEqual([{ service: 'a', pathPrefix: '/b', reason: 'b holds /b' }]);
    expect([...book.claims()]).toEqual([{ service: 'a', claim }]);
    book.update('a', []);
    expect([book.refused(), [...book.claims()], book.table.routes]).toEqual([[], [], []]);
  });

  it('enters and takes out what is announced again by what the file says now', () => {
    const book = newBook();
    for (const name of ['a', 'b']) book.update(name, [announcing(name, `/${name}`)]);
    const destinations = new Set(book.table.routes);
    const closed = {
      service: 'c',
      pathPrefix: '/',
      stripPrefix: false,
      source: 'file',
      closed: true,
      policy: defaultPolicy,
    } as const;
    book.replaceFileRoutes([closed]);
    expect(book.table.routes.map(({ service }) => service)).toEqual(['c']);
    expect(book.refused()).toHaveLength(2);
    book.replaceFileRoutes([]);
    expect(new Set(book.table.routes)).toEqual(destinations);
    expect(book.refused()).toEqual([]);
  });
});
