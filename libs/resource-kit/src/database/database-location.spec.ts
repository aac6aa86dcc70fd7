import { databaseLocation } from './database-location';

describe('where a service keeps its rows', () => {
  test.each([
    ['file:orders.db', 'orders.db'],
    ['file:./some/orders.db', './some/orders.db'],
    ['file:/var/lib/orders.db', '/var/lib/orders.db'],
    ['file:///var/lib/my%20orders.db', '/var/lib/my orders.db'],
  ])('%s is the file %s', (DATABASE_URL, path) => {
    expect(databaseLocation({ DATABASE_URL, DATA_DIR: 'ignored' }, 'order')).toEqual({
      kind: 'sqlite-file',
      path,
    });
  });

  it('is a file in the folder of the app by default', () => {
    expect(databaseLocation({ DATA_DIR: '.data' }, 'order')).toEqual({
      kind: 'sqlite-file',
      path: '.data/order/order.db',
    });
  });

  it('is memory when nothing may be kept on disk', () => {
    expect(databaseLocation({ DATA_DIR: 'off' }, 'order')).toEqual({ kind: 'sqlite-memory' });
  });
});
