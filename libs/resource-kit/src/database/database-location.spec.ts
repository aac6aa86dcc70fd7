import { databaseLocation } from './database-location';

const usual = {
  DATA_DIR: '.data',
  DATABASE_POOL_SIZE: 8,
  DATABASE_POOL_MIN: 2,
  DATABASE_POOL_TIMEOUT_MS: 3000,
};

describe('where a service keeps its rows', () => {
  it('is the file that DATABASE_URL names', () => {
    expect(
      databaseLocation({ ...usual, DATABASE_URL: 'file:/var/orders.db', DATA_DIR: 'off' }, 'order'),
    ).toEqual({
      kind: 'sqlite-file',
      path: '/var/orders.db',
    });
  });

  it('is the PostgreSQL that DATABASE_URL names', () => {
    const url = 'postgres://order:secret@db/order';
    expect(databaseLocation({ ...usual, DATABASE_URL: url }, 'order')).toEqual({
      kind: 'postgres',
      url,
      maxConnections: 8,
      minConnections: 2,
      poolTimeoutMs: 3000,
    });
  });

  it('is a file in the folder of the app by default', () => {
    expect(databaseLocation(usual, 'order')).toEqual({
      kind: 'sqlite-file',
      path: '.data/order/order.db',
    });
  });

  it('is memory when nothing may be kept on disk', () => {
    expect(databaseLocation({ ...usual, DATA_DIR: 'off' }, 'order')).toEqual({ kind: 'sqlite-memory' });
  });
});
