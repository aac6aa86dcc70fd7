import { orderConfig } from './config';

describe('the settings of order', () => {
  it('are complete without any variable', () => {
    expect(orderConfig.read({})).toMatchObject({
      PORT: 8083,
      SERVICE_NAME: 'order',
      DATA_DIR: '.data',
      PRODUCT_TIMEOUT_MS: 2000,
    });
  });

  it('name every fault at once', () => {
    expect(() => orderConfig.read({ DATABASE_URL: 'mysql://host/db', PRODUCT_TIMEOUT_MS: '0' })).toThrow(
      expect.objectContaining({
        faults: [
          expect.objectContaining({ path: 'DATABASE_URL' }),
          expect.objectContaining({ path: 'PRODUCT_TIMEOUT_MS' }),
        ],
      }),
    );
  });
});
