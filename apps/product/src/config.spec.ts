import { productConfig } from './config';

describe('the settings of product', () => {
  it('are complete without any variable', () => {
    expect(productConfig.read({})).toMatchObject({
      PORT: 8081,
      SERVICE_NAME: 'product',
      DATA_DIR: '.data',
      SAMPLE_DATA: true,
    });
  });

  it('fill in sample products in production only when told to', () => {
    expect(productConfig.read({ NODE_ENV: 'production' }).SAMPLE_DATA).toBe(false);
    expect(productConfig.read({ NODE_ENV: 'production', SAMPLE_DATA: 'on' }).SAMPLE_DATA).toBe(true);
    expect(productConfig.read({ SAMPLE_DATA: 'off' }).SAMPLE_DATA).toBe(false);
  });

  it('name every fault at once', () => {
    expect(() => productConfig.read({ DATABASE_URL: 'mysql://host/db', SAMPLE_DATA: 'maybe' })).toThrow(
      expect.objectContaining({
        faults: [
          {
            path: 'DATABASE_URL',
            message: 'DATABASE_URL must be file:<path> or postgres://<host>/<database>',
          },
          { path: 'SAMPLE_DATA', message: 'SAMPLE_DATA must be a boolean' },
        ],
      }),
    );
  });
});
