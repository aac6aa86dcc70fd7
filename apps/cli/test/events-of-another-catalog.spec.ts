import { eventually } from '@rollcall/testing';
import { startTcpRelay } from '@rollcall/testing/etcd';
import { run } from './capture';
import { useRegistry } from './real-registry';

const former = useRegistry();
const now = useRegistry();

/** In a catalog of its own each has the revision that says how many came before it. */
const registers = (registry: typeof former, id: string): Promise<void> =>
  registry.register({ service_name: 'product', instance_id: id, url: `http://127.0.0.1/${id}` });

it('follows the events of a catalog that takes the place of another from its beginning', async () => {
  for (const id of ['f-1', 'f-2', 'f-3']) await registers(former, id);
  const relay = await startTcpRelay(former.url);
  const interruption = new AbortController();
  let output = '';
  const ran = run(['events', '-f', '-o', 'name'], {
    env: { REGISTRY_URL: relay.url },
    signal: interruption.signal,
    onStdout: (text) => (output += text),
  });
  try {
    await eventually(() => output.includes('product/f-3'));
    await registers(former, 'f-4');
    await eventually(() => output.includes('product/f-4'));

    for (const id of ['n-1', 'n-2']) await registers(now, id);
    relay.leadTo(now.url);
    const { connections } = relay;
    relay.cutAfter(0);
    await eventually(() => relay.connections > connections);
    relay.cutAfter(undefined);
    await eventually(() => output.includes('product/n-2'));
    await registers(now, 'n-3');
    await eventually(() => output.includes('product/n-3'));
  } finally {
    interruption.abort('SIGINT');
    await ran;
    await relay.close();
  }
  const names = ['f-1', 'f-2', 'f-3', 'f-4', 'n-1', 'n-2', 'n-3'];
  expect(output.trimEnd().split('\n')).toEqual(names.map((id) => `product/${id}`));
});
