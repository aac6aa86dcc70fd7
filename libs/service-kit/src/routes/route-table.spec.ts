import type { Route } from './route';
import { createRouteTable } from './route-table';

const route = (method: Route['method'], path: string): Route => ({
  method,
  path,
  answer: () => ({ status: 200 }),
});
const table = createRouteTable([
  route('POST', '/things'),
  route('GET', '/things'),
  route('GET', '/things/:id'),
  route('GET', '/things/latest'),
  route('PUT', '/things/:id/name'),
  route('DELETE', '/things/:id/name'),
  route('GET', '/a.b/:__proto__x'),
]);

function found(method: string, path: string): [string, Record<string, string>] | string {
  const match = table.match(method, path);
  return match.kind === 'found' ? [match.route.path, { ...match.params }] : match.kind;
}

describe('a route table', () => {
  it.each([
    ['GET', '/things', ['/things', {}]],
    ['POST', '/things/', ['/things', {}]],
    ['HEAD', '/things/7', ['/things/:id', { id: '7' }]],
    ['GET', '/things/a%2Fb', ['/things/:id', { id: 'a%2Fb' }]],
    ['GET', '/things/latest', ['/things/latest', {}]],
    ['DELETE', '/things/7/name', ['/things/:id/name', { id: '7' }]],
    ['GET', '/a.b/1', ['/a.b/:__proto__x', { __proto__x: '1' }]],
    ['GET', '/axb/1', 'unknown'],
    ['GET', '/things/7/name/x', 'unknown'],
    ['GET', '/things//', 'unknown'],
    ['GET', '/Things', 'unknown'],
    ['GET', '/', 'unknown'],
    ['GET', '', 'unknown'],
  ])('%s %s', (method, path, expected) => {
    expect(found(method, path)).toEqual(expected);
  });

  it('knows which methods a path has', () => {
    expect(table.match('PATCH', '/things')).toEqual({
      kind: 'other_method',
      allow: ['GET', 'HEAD', 'POST'],
    });
    expect(table.match('get', '/things/7/name')).toEqual({ kind: 'other_method', allow: ['DELETE', 'PUT'] });
  });
});
