import { databaseLocation } from './database-location';

describe('where a service keeps its rows', () => {
  it('is the file that DATABASE_URL names', () => {
    expect(databaseLocation({ DATABASE_URL: 'file:/var/orders.db', DATA_DIR: 'off' }, 'order')).toEqual({
      kind: 'sqlite-file',
      path: '/var/orders.db',
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
