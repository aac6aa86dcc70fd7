import { eventually, startThreadedPeer, type ThreadedPeer } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';

const TIMEOUT_MS = 1000;
/** Every clock of the gateway is over by then. */
const STALL_MS = 2 * TIMEOUT_MS;

// A virtual machine that is moved, a laptop that sleeps, a starved CPU: timers come before reads when it goes on.
describe('a gateway that was stalled', () => {
  let running: RunningGateway;
  let instance: ThreadedPeer;

  beforeEach(async () => {
    [running, instance] = await Promise.all([
      startGateway({ HEADERS_TIMEOUT_MS: String(TIMEOUT_MS), IDLE_TIMEOUT_MS: String(TIMEOUT_MS) }),
      startThreadedPeer(),
    ]);
    running.registry.list({
      service_name: 'p',
      url: `http://127.0.0.1:${instance.port}`,
      routes: [{ path_prefix: '/p' }],
    });
    await eventually(async () => (await running.upstreamCount()) === 1);
  });
  afterEach(async () => {
    expect(running.logged.filter(({ event }) => event === 'upstream_ejected')).toEqual([]);
    await Promise.all([running.stop(), instance.stop()]);
  });

  const begun = (what: string) => eventually(() => instance.received().includes(what));

  it.each(['GET', 'POST'])('relays an answer to %s that came meanwhile', async (method) => {
    const caller = await openRawConnection(running.port);
    caller.send(`${method} /p/it HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n`);
    await begun('/p/it');
    await instance.writeDuringStall('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi', STALL_MS);
    expect(await caller.until(/hi$|problem/)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*hi$/);
    caller.socket.destroy();
  });

  it('relays the rest of an answer that came meanwhile', async () => {
    const caller = await openRawConnection(running.port);
    caller.send('GET /p/it HTTP/1.1\r\nHost: h\r\n\r\n');
    await begun('/p/it');
    instance.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst');
    await caller.until('first');
    await instance.writeDuringStall('-last', STALL_MS);
    await caller.until('first-last');
    caller.socket.destroy();
  });

  it('passes on what came of a body meanwhile', async () => {
    const caller = await startThreadedPeer();
    caller.connect(running.port);
    caller.write('POST /p/it HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nfirst');
    await begun('first');
    await caller.writeDuringStall('-last', STALL_MS);
    await begun('first-last');
    instance.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
    await eventually(() => caller.received().endsWith('hi'));
    await caller.stop();
  });
});
