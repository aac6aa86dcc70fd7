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

  it('leaves the table alone when nothing about the routes has changed', () => {
    const book = newBook();
    book.update('a', [announcing('a', '/a')], 0);
    const { table } = book;
    book.update('a', [{ ...announcing('a', '/a'), status: 'draining' }], 1);
    expect(book.table).toBe(table);
  });

  it('keeps the destinations of other services, and with them their turns', () => {
    const book = newBook();
    book.update('a', [announcing('a', '/a')], 0);
    const before = book.table.match('GET', '', '/a');
    book.update('b', [announcing('b', '/b')], 1);
    expect(book.table.match('GET', '', '/a')).toEqual(before);
    expect(book.table.routes[0]).toBe(before.kind === 'found' ? before.route : undefined);
  });

  it('puts the file’s routes before those that are announced', () => {
    const book = newBook();
    book.update('a', [announcing('a', '/x')], 0);
    const ofFile = {
      service: 'b',
      pathPrefix: '/x',
      stripPrefix: false,
      source: 'file',
      policy: defaultPolicy,
    } as const;
    book.replaceFileRoutes([ofFile]);
    expect(book.table.routes.map(({ service }) => service)).toEqual(['b']);
    expect(book.refused.map(({ reason }) => reason)).toEqual(['the routes file gives /x to b']);
    book.replaceFileRoutes([]);
    expect(book.table.routes.map(({ service }) => service)).toEqual(['a']);
  });
});
