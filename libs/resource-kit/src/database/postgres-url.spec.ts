import { postgresUrlFault } from './postgres-url';

test.each([
  'postgres://product:secret@db:5432/product',
  'postgresql://db/product',
  'postgres://product:%40%2F@[::1]/product?sslmode=require',
  'postgres:///product?host=/var/run/postgresql',
])('%s names a database', (url) => {
  expect(postgresUrlFault(url)).toBeUndefined();
});

test.each([
  ['mysql://db/product', 'file:<path> or postgres://'],
  ['postgres:product', 'file:<path> or postgres://'],
  ['postgres://db:port/product', 'file:<path> or postgres://'],
  ['postgres://u:hunter2@db', 'name a database'],
  ['postgres://u:hunter2@db/', 'name a database'],
  ['postgres:///product', 'name a host'],
  ['postgres://db/product?password=hunter2', 'before the @'],
])('%s is refused, and not repeated', (url, reason) => {
  expect(postgresUrlFault(url)).toContain(reason);
  expect(postgresUrlFault(url)).not.toContain('hunter2');
});
