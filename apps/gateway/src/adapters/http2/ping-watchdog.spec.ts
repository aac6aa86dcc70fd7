import { connect } from 'node:http2';
import { eventually } from '@rollcall/testing';
import { startH2cUpstream } from '../../../test/support/start-h2c-upstream';
import { PingWatchdog } from './ping-watchdog';

describe('PingWatchdog', () => {
  it('leaves a session alone that is destroyed and has not said so yet', async () => {
    const upstream = await startH2cUpstream((stream) => stream.close());
    const session = connect(upstream.url);
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    let isClosed = false;
    session.once('close', () => (isClosed = true));
    session.destroy();
    expect(isClosed).toBe(false);
    expect(new PingWatchdog(session, () => 9, 1).isOverdue(performance.now())).toBe(false);
    await eventually(() => isClosed);
    await upstream.stop();
  });
});
