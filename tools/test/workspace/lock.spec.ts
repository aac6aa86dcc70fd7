import { missingPackages, type Lock } from '../../workspace/lock';

const lock = (packages: Lock['packages']): Lock => ({ ...(packages && { packages }) });

describe('missingPackages', () => {
  const wanted = lock({
    '': { version: '1.0.0' },
    'apps/order': { version: '0.1.0' },
    'node_modules/express': { version: '5.1.0' },
    'apps/order/node_modules/joi': { version: '18.0.0' },
    'node_modules/@rollcall/order': { link: true },
    'node_modules/only-on-windows': { version: '1.0.0', optional: true },
  });

  test('is empty when everything that is not optional is there in its version', () => {
    const installed = lock({
      'node_modules/express': { version: '5.1.0' },
      'apps/order/node_modules/joi': { version: '18.0.0' },
      'node_modules/@rollcall/order': { link: true },
    });

    expect(missingPackages(wanted, installed)).toEqual([]);
  });

  test('names packages in another version, nested ones and workspace links', () => {
    const installed = lock({ 'node_modules/express': { version: '4.21.0' } });

    expect(missingPackages(wanted, installed)).toEqual([
      'node_modules/express',
      'apps/order/node_modules/joi',
      'node_modules/@rollcall/order',
    ]);
  });

  test('names everything when nothing was ever installed', () => {
    expect(missingPackages(wanted, {})).toHaveLength(3);
  });
});
