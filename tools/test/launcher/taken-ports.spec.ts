import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { takenPorts } from '../../launcher/taken-ports';

test('takenPorts names the ports that something listens on', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const taken = { port, variable: 'TAKEN', url: '', purpose: '' };
  const free = { port: 0, variable: 'FREE', url: '', purpose: '' };

  try {
    expect(await takenPorts([taken, free], '127.0.0.1')).toEqual([taken]);
  } finally {
    server.close();
  }
});
