import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { eventually } from '@rollcall/testing';
import { startUpstream, type RunningUpstream } from '../../test/support/start-upstream';
import { createRequestBody, hasBody, type RequestBodyOptions } from './request-body';

describe('one attempt’s view of a request body', () => {
  let server: RunningUpstream;
  let sender: ClientRequest;

  beforeEach(async () => {
    server = await startUpstream(() => undefined);
  });
  afterEach(async () => {
    sender.destroy();
    await server.stop();
  });

  /** A real request whose body is being sent. */
  async function receive(headers: Record<string, string> = {}, method = 'POST'): Promise<IncomingMessage> {
    sender = httpRequest(server.url, { method, headers });
    sender.on('error', () => undefined);
    sender.flushHeaders();
    return await eventually(() => server.requests[0]);
  }
  const view = (req: IncomingMessage, given: Partial<RequestBodyOptions> = {}) =>
    createRequestBody(req, {
      idleTimeoutMs: 5000,
      maxBytes: Infinity,
      onTaken: () => undefined,
      onIdle: () => undefined,
      onTooLong: () => undefined,
      onGone: () => undefined,
      ...given,
    });
  const textOf = async (body: AsyncIterable<Buffer>) => {
    let text = '';
    for await (const chunk of body) text += chunk.toString();
    return text;
  };

  it('takes as much as it may to the byte, and never ends when there is more', async () => {
    const req = await receive();
    const refused: string[] = [];
    const body = view(req, { maxBytes: 5, onTooLong: () => refused.push('too long') });
    const got: string[] = [];
    body.on('data', (chunk: Buffer) => got.push(chunk.toString())).on('end', () => got.push('the end'));
    sender.write('12345');
    await eventually(() => got.length > 0);
    expect(refused).toEqual([]);
    sender.end('6');
    await eventually(() => refused.length > 0);
    await eventually(() => req.complete);
    expect(got).toEqual(['12345']);
  });

  it('takes nothing until it is read, so that the next view gets everything', async () => {
    const req = await receive();
    sender.end('everything');
    const taken: string[] = [];
    const first = view(req, { onTaken: () => taken.push('first') });
    first.destroy();
    await once(first, 'close');
    expect(await textOf(view(req, { onTaken: () => taken.push('second') }))).toBe('everything');
    expect(taken).toEqual(['second']);
  });

  it('stops the sender while nobody reads', async () => {
    const req = await receive();
    const body = view(req);
    body.read(0);
    let accepted = 0;
    const chunk = Buffer.alloc(256 * 1024);
    while (accepted < 400 && sender.write(chunk)) accepted += 1;
    await eventually(() => req.isPaused());
    expect(body.readableLength).toBeLessThan(1024 * 1024);
  });

  it('tells when the sender has gone before the end', async () => {
    let gone = false;
    const body = view(await receive({ 'Content-Length': '10' }), { onGone: () => (gone = true) });
    body.resume();
    sender.write('half');
    await eventually(() => body.readableDidRead);
    sender.destroy();
    await eventually(() => gone);
  });

  it('runs out of patience only while it waits for the sender', async () => {
    let idle = 0;
    const body = view(await receive({ 'Content-Length': '10' }), {
      idleTimeoutMs: 20,
      onIdle: () => (idle += 1),
    });
    expect(idle).toBe(0);
    body.resume();
    await eventually(() => idle === 1);
    body.destroy();
  });

  it('leaves the request itself alone when it is destroyed', async () => {
    const req = await receive();
    const body = view(req);
    body.read(0);
    const closed = new Promise((resolve) => body.once('close', resolve));
    body.on('error', () => undefined);
    body.destroy(new Error('the attempt has failed'));
    await closed;
    expect([req.destroyed, req.socket.destroyed]).toEqual([false, false]);
  });

  it.each([
    [{ 'Content-Length': '0' }, false],
    [{ 'Content-Length': '1' }, true],
    [{ 'Transfer-Encoding': 'chunked' }, true],
  ])('is there or not by the fields: %p', async (headers, expected) => {
    expect(hasBody(await receive({ ...headers }))).toBe(expected);
  });
});
