import { eventually } from '@rollcall/testing';
import { okWith, startRawRig, type RawRig } from '../support/raw-rig';

describe('more connections than MAX_CONNECTIONS', () => {
  let rig: RawRig;
  beforeAll(async () => {
    rig = await startRawRig({ onRequest: ({ send }) => send(okWith('done')) }, { MAX_CONNECTIONS: '20' });
  });
  afterAll(() => rig.stop());

  const turnedAway = async (): Promise<number> => {
    const metrics = await (await fetch(`${rig.running.adminUrl}/metrics`)).text();
    return Number(/^rollcall_gateway_connections_turned_away_total(?:\{.*\})? (\d+)$/m.exec(metrics)?.[1]);
  };

  it('are closed unread, while those that stand are served, and are taken again when there is room', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, () => rig.open()));
    for (const caller of held) {
      caller.send('GET /p/held HTTP/1.1\r\nHost: h\r\n\r\n');
      await caller.until('done');
    }

    const more = await Promise.all(Array.from({ length: 100 }, () => rig.open()));
    for (const caller of more) caller.send('GET /p/more HTTP/1.1\r\nHost: h\r\n\r\n');
    for (const caller of more) expect(await caller.untilClosed()).toBe('');
    expect(await turnedAway()).toBe(100);
    expect(rig.upstream.requests().some((bytes) => bytes.startsWith('GET /p/more'))).toBe(false);
    for (const caller of held) {
      caller.send('GET /p/again HTTP/1.1\r\nHost: h\r\n\r\n');
      await caller.until(/done[^]*done/);
    }

    held[0]?.socket.destroy();
    await eventually(() => rig.expectHealthy().then(() => true));
    for (const caller of held) caller.socket.destroy();
  });
});
