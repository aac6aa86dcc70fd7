import { planApps } from '../../launcher/plan';

const plan = (env: NodeJS.ProcessEnv = {}) => planApps({ env, root: '/rollcall' });
const names = (groups: readonly (readonly { name: string }[])[]) =>
  groups.map((group) => group.map(({ name }) => name));

describe('planApps', () => {
  test('starts the registry before all others and stops it after them', () => {
    const { startOrder, stopOrder } = plan();

    expect(names(startOrder)).toEqual([
      ['registry'],
      ['gateway', 'product-1', 'product-2', 'order', 'hello'],
    ]);
    expect(names(stopOrder)).toEqual([
      ['gateway'],
      ['product-1', 'product-2', 'order', 'hello'],
      ['registry'],
    ]);
  });

  test('uses the ports of the older examples', () => {
    const ports = plan()
      .startOrder.flat()
      .flatMap((app) => app.ports.map(({ port }) => `${app.name} ${port}`));

    expect(ports).toEqual([
      'registry 8080',
      'gateway 8000',
      'gateway 8001',
      'product-1 8081',
      'product-2 8082',
      'order 8083',
      'hello 9090',
    ]);
  });

  test('moves a port by its variable, and everything that points to it', () => {
    const { startOrder, examples } = plan({ REGISTRY_PORT: '18080' });
    const [registry, ...others] = startOrder.flat();

    expect(registry).toMatchObject({ env: { PORT: '18080' }, readyUrl: 'http://127.0.0.1:18080/readyz' });
    expect(others.map(({ env }) => env['REGISTRY_URL'])).toEqual(Array(5).fill('http://127.0.0.1:18080'));
    expect(examples).toContain('curl http://127.0.0.1:18080/discover/product');
  });

  test.each(['0', '65536', '80a', '-1', '1.5'])('refuses %s as a port, naming its variable', (port) => {
    expect(() => plan({ ORDER_PORT: port })).toThrow(
      `ORDER_PORT must be a port from 1 to 65535, but it is "${port}"`,
    );
  });

  test('gives every app the same absolute data folder, so that the two products share a database', () => {
    const folders = plan()
      .startOrder.flat()
      .map(({ env }) => env['DATA_DIR']);

    expect(new Set(folders)).toEqual(new Set(['/rollcall/.data']));
  });

  test('hands on what is in the environment, but for settings that only one app can have', () => {
    const env = { LOG_LEVEL: 'debug', PORT: '1', SERVICE_NAME: 'all', ADVERTISE_URL: 'http://one' };
    const [hello] = plan(env)
      .startOrder.flat()
      .filter(({ name }) => name === 'hello');

    expect(hello?.env).toMatchObject({ LOG_LEVEL: 'debug', PORT: '9090' });
    expect(hello?.env).not.toHaveProperty('SERVICE_NAME');
    expect(hello?.env).not.toHaveProperty('ADVERTISE_URL');
  });
});
