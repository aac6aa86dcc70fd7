import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createSendQueue, endpoint, queuedIn } from './send-queue';

describe('the send queue', () => {
  it.each([
    ['127.0.0.1', 35_175, '0100007F:8967'],
    ['10.1.2.3', 80, '0302010A:0050'],
    ['::1', 8000, '00000000000000000000000001000000:1F40'],
    ['::ffff:127.0.0.1', 8000, '0000000000000000FFFF00000100007F:1F40'],
    ['2001:db8::a:1', 1, 'B80D0120000000000000000001000A00:0001'],
    ['fe80::1%eth0', 1, '000080FE000000000000000001000000:0001'],
    ['1:2:3:4:5:6:7:8', 1, '02000100040003000600050008000700:0001'],
  ])('knows %s port %i as the table writes it', (address, port, written) => {
    expect(endpoint(address, port)).toBe(written);
  });

  it('reads the bytes that are not acknowledged, of this pair of ends and of no other', () => {
    const table =
      '  sl  local_address rem_address   st tx_queue rx_queue\n' +
      '   1: 0100007F:1F40 0100007F:E952 01 00000000:00000000 00:00000000 00000000\n' +
      '   2: 0100007F:1F40 0100007F:E953 01 00264F00:00000007 01:00000014 00000000\n';
    const ends = (port: string) => ` 0100007F:1F40 0100007F:${port} `;
    expect([
      queuedIn(table, ends('E952')),
      queuedIn(table, ends('E953')),
      queuedIn(table, ends('E954')),
    ]).toEqual([0, 0x264f00, undefined]);
  });

  (existsSync('/proc/net/tcp') ? it.each(['127.0.0.1', '::1']) : it.skip.each(['127.0.0.1']))(
    'of a socket whose peer does not read stays, and falls as soon as it does (%s)',
    async (host) => {
      const accepted: Socket[] = [];
      const server = createServer((socket) => accepted.push(socket.pause()));
      server.listen(0, host);
      await once(server, 'listening');
      const address = server.address();
      const socket = connect({ host, port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
      await once(socket, 'connect');
      const queue = createSendQueue(() => performance.now());
      expect(await queue.unacknowledged(socket)).toBe(0);
      while (socket.write(Buffer.alloc(65_536)));
      const stuck = await eventually(async () => {
        const [first, second] = [await queue.unacknowledged(socket), await queue.unacknowledged(socket)];
        return first !== undefined && first > 0 && first === second && first;
      });
      accepted[0]?.resume();
      await eventually(async () => ((await queue.unacknowledged(socket)) ?? stuck) < stuck);
      socket.destroy();
      expect(await queue.unacknowledged(new Socket())).toBeUndefined();
      server.close();
    },
  );
});
