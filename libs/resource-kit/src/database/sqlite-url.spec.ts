import { sqlitePath } from './sqlite-url';

test.each([
  ['file:orders.db', 'orders.db'],
  ['file:./some/orders.db', './some/orders.db'],
  ['file:/var/lib/orders.db', '/var/lib/orders.db'],
  ['file:///var/lib/my%20orders.db', '/var/lib/my orders.db'],
  ['file:', undefined],
  ['file:///', undefined],
  ['file://host/orders.db', undefined],
  ['file:///%zz', undefined],
  ['orders.db', undefined],
  ['postgres://host/orders', undefined],
])('%s names the file %s', (url, path) => {
  expect(sqlitePath(url)).toBe(path);
});
