import { startHangingServer, startRawServer } from '@rollcall/testing';
import { createJsonCalls, type JsonCalls } from './json-calls';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}';
const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: ping\n\n';

const callsTo = (url: string, readOnlyProfile?: string): JsonCalls =>
  createJsonCalls({
    noun: 'the registry',
    urls: [url],
    token: undefined,
    tls: {},
    readOnlyProfile,
    whenAway: 'start it',
    whenUnknown: 'name a token',
  });

describe('a read-only profile', () => {
  it.each(['POST', 'PUT', 'DELETE'] as const)('refuses %s before anything is sent', async (method) => {
    const server = await startRawServer(OK);
    await expect(
      callsTo(server.url, 'look').done({ method, path: '/instances/a/override' }),
    ).rejects.toMatchObject({
      exitCode: 4,
      message: 'the profile look is read-only, and this command changes something',
    });
    expect(server.connections).toBe(0);
    await callsTo(server.url).done({ method, path: '/instances/a/override' });
    expect(server.connections).toBe(1);
    await server.close();
  });

  it('allows what only looks, also where names are sent as a body', async () => {
    const server = await startRawServer(OK);
    const look = callsTo(server.url, 'look');
    await expect(look.json<{ ok: boolean }>({ method: 'GET', path: '/services' }, ['ok'])).resolves.toEqual({
      ok: true,
    });
    await server.close();
    const streaming = await startRawServer(STREAM);
    const stream = await callsTo(streaming.url, 'look').stream({
      method: 'POST',
      path: '/watch',
      accept: 'text/event-stream',
    });
    stream.destroy();
    await streaming.close();
  });
});

test('a peer that never answers is given up after the time-out of the call', async () => {
  const server = await startHangingServer();
  await expect(
    callsTo(server.url).done({ method: 'GET', path: '/services', timeoutMs: 50 }),
  ).rejects.toMatchObject({
    exitCode: 5,
    message: `the registry at ${server.url} does not answer (no answer within 50 ms)`,
  });
  await server.close();
});
