import { EventEmitter, getEventListeners } from 'node:events';
import { createServer, get, type ClientRequest, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { goneSignal } from './gone-signal';

/** A request that is being served: what its handler was given, and the caller's side of it. */
async function served(server: Server): Promise<{ res: ServerResponse; request: ClientRequest }> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const given = EventEmitter.once(server, 'request');
  const request = get({ port: (server.address() as AddressInfo).port, agent: false });
  request.on('error', () => undefined);
  const [, res] = (await given) as [unknown, ServerResponse];
  return { res, request };
}

/** Nobody takes the permission away. */
const always = () => () => undefined;

const aborted = (signal: AbortSignal): Promise<unknown> => EventEmitter.once(signal, 'abort');

describe('the signal that nobody waits any more', () => {
  let server: Server;
  beforeEach(() => {
    server = createServer();
  });
  afterEach(() => void server.close().closeAllConnections());

  it('comes when the caller goes', async () => {
    const { res, request } = await served(server);
    const gone = aborted(goneSignal(res, new AbortController().signal, always));
    request.destroy();
    await gone;
  });

  it('comes when the registry goes, or has gone', async () => {
    const { res } = await served(server);
    const closing = new AbortController();
    const signal = goneSignal(res, closing.signal, always);
    expect(signal.aborted).toBe(false);
    closing.abort();
    expect([signal.aborted, goneSignal(res, closing.signal, always).aborted]).toEqual([true, true]);
  });

  it('comes when the permission is taken away, which is asked for no longer than the call lasts', async () => {
    const { res, request } = await served(server);
    const asking = new Set<() => void>();
    const whileAllowed = (end: () => void) => {
      asking.add(end);
      return () => asking.delete(end);
    };
    const { signal } = new AbortController();
    const revoked = goneSignal(res, signal, whileAllowed);
    for (const end of asking) end();
    expect([revoked.aborted, asking.size]).toEqual([true, 0]);

    const gone = aborted(goneSignal(res, signal, whileAllowed));
    expect(asking.size).toBe(1);
    request.destroy();
    await gone;
    expect(asking.size).toBe(0);
  });

  it('leaves nothing behind on a registry that stays', async () => {
    const { res, request } = await served(server);
    const closing = new AbortController();
    const gone = aborted(goneSignal(res, closing.signal, always));
    expect(getEventListeners(closing.signal, 'abort')).toHaveLength(1);
    request.destroy();
    await gone;
    expect(getEventListeners(closing.signal, 'abort')).toHaveLength(0);
  });
});
