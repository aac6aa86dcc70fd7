import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { eventually } from '@rollcall/testing';
import { startUpstream, type RunningUpstream } from '../../test/support/start-upstream';
import type { BodySink } from '../ports/transport';
import { Http1Body } from '../adapters/http1-server/http1-body';
import { hasBody } from '../adapters/http1-server/http1-caller';
import { headerListOf } from '../headers/header-list';
import { createRequestBody, type RequestBodyOptions } from './request-body';

interface Given extends Partial<RequestBodyOptions> {
  readonly onTaken?: () => void;
}

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
  const view = (req: IncomingMessage, { onTaken = () => undefined, ...given }: Given = {}) =>
    createRequestBody(new Http1Body(req, { bodyStarted: onTaken, bodyOver: () => undefined }), {
      idleTimeoutMs: 5000,
      maxBytes: Infinity,
      passTrailers: (trailers) => trailers,
      onIdle: () => undefined,
      onTooLong: () => undefined,
      onGone: () => undefined,
      ...given,
    });
  /** What a sink has been given; says yes to all of it, or to nothing. */
  const sinkThat = (takes: 'everything' | 'nothing') => {
    const got = { bytes: 0, text: '', ended: false };
    const sink: BodySink = {
      data(chunk) {
        got.bytes += chunk.length;
        if (got.bytes < 100) got.text += chunk.toString();
        return takes === 'everything';
      },
      end: () => (got.ended = true),
    };
    return { got, sink };
  };

  it('takes as much as it may to the byte, and never ends when there is more', async () => {
    const req = await receive();
    const refused: string[] = [];
    const { got, sink } = sinkThat('everything');
    view(req, { maxBytes: 5, onTooLong: () => refused.push('too long') }).start(sink);
    sender.write('12345');
    await eventually(() => got.bytes > 0);
    expect(refused).toEqual([]);
    sender.end('6');
    await eventually(() => refused.length > 0);
    await eventually(() => req.complete);
    expect([got.text, got.ended]).toEqual(['12345', false]);
  });

  it('takes nothing until it is started, so that the next view gets everything', async () => {
    const req = await receive();
    sender.end('everything');
    const taken: string[] = [];
    view(req, { onTaken: () => taken.push('first') }).stop();
    const { got, sink } = sinkThat('everything');
    view(req, { onTaken: () => taken.push('second') }).start(sink);
    await eventually(() => got.ended);
    expect([got.text, taken]).toEqual(['everything', ['second']]);
  });

  it('stops the sender while nobody takes it, and goes on when somebody does', async () => {
    const req = await receive();
    const { got, sink } = sinkThat('nothing');
    const body = view(req);
    body.start(sink);
    let accepted = 0;
    const chunk = Buffer.alloc(256 * 1024);
    while (accepted < 400 && sender.write(chunk)) accepted += 1;
    await eventually(() => req.isPaused());
    const before = got.bytes;
    body.resume();
    await eventually(() => got.bytes > before);
    expect(got.bytes).toBeLessThan(1024 * 1024);
  });

  it('tells when the sender has gone before the end', async () => {
    let gone = false;
    const { got, sink } = sinkThat('everything');
    view(await receive({ 'Content-Length': '10' }), { onGone: () => (gone = true) }).start(sink);
    sender.write('half');
    await eventually(() => got.bytes > 0);
    sender.destroy();
    await eventually(() => gone);
    expect(got.ended).toBe(false);
  });

  it('runs out of patience only while it waits for the sender', async () => {
    let idle = 0;
    const body = view(await receive({ 'Content-Length': '10' }), {
      idleTimeoutMs: 20,
      onIdle: () => (idle += 1),
    });
    expect(idle).toBe(0);
    body.start(sinkThat('everything').sink);
    await eventually(() => idle === 1);
    body.stop();
  });

  it('says nothing more once it is stopped, and lets the rest run off', async () => {
    const req = await receive();
    const { got, sink } = sinkThat('nothing');
    const body = view(req);
    body.start(sink);
    sender.write('x');
    await eventually(() => req.isPaused());
    body.stop();
    sender.end('the rest');
    await eventually(() => req.readableEnded);
    expect([got.text, got.ended, req.socket.destroyed]).toEqual(['x', false, false]);
  });

  it.each([
    [{ 'Content-Length': '0' }, false],
    [{ 'Content-Length': '1' }, true],
    [{ 'Transfer-Encoding': 'chunked' }, true],
  ])('is there or not by the fields: %p', async (headers, expected) => {
    expect(hasBody(headerListOf((await receive({ ...headers })).rawHeaders))).toBe(expected);
  });
});
