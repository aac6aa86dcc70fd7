import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { connectionsTo, untilUnused } from './open-connections';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
const line = (local: string, remote: string, state: string) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 41 1`;

describe('connectionsTo', () => {
  const PORT = 0x1f90;
  it.each([
    ['a connection', line('0100007F:1F90', '0100007F:D431', '01'), 1],
    ['one over IPv6', line('00000000000000000000000001000000:1F90', '0:D431', '01'), 1],
    ['one whose caller has said all that it had to', line('0100007F:1F90', '0100007F:D431', '08'), 1],
    ['the listener itself', line('00000000:1F90', '00000000:0000', '0A'), 0],
    ['one that is closed and waits', line('0100007F:1F90', '0100007F:D431', '06'), 0],
    ["the caller's end of one", line('0100007F:D431', '0100007F:1F90', '01'), 0],
    ['a port whose number ends alike', line('0100007F:11F9', '0100007F:1F90', '01'), 0],
  ])('counts %s', (_what, text, count) => {
    expect(connectionsTo(PORT, `${HEADER}\n${text}\n`)).toBe(count);
  });

  it('pads a short port', () => {
    expect(connectionsTo(80, `${HEADER}\n${line('0100007F:0050', '0100007F:D431', '01')}`)).toBe(1);
  });
});

const hasTables = (() => {
  try {
    return readFileSync('/proc/net/tcp', 'utf8') !== '';
  } catch {
    return false;
  }
})();

(hasTables ? describe : describe.skip)('untilUnused, where the kernel tells', () => {
  it('waits for the connection that is open, and for no longer than it may', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server on a port of its own has such an address.
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection');
    const caller = connect(port, '127.0.0.1');
    await accepted;

    expect(await untilUnused(port, 0)).toBe(1);
    const unused = untilUnused(port, 600_000);
    caller.destroy();
    expect(await unused).toBe(0);
    server.close();
  });
});
