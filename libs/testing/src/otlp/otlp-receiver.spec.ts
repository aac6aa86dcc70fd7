import { gzipSync } from 'node:zlib';
import { startOtlpReceiver, type OtlpReceiver, type ReceiverManner } from './otlp-receiver';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const PARENT_ID = '00f067aa0ba902b7';

const REQUEST = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'product' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: TRACE_ID,
              spanId: SPAN_ID,
              parentSpanId: PARENT_ID,
              name: 'GET',
              kind: 3,
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000000005000000',
              attributes: [
                { key: 'http.response.status_code', value: { intValue: 503 } },
                { key: 'sampled', value: { boolValue: true } },
              ],
              events: [{ name: 'acknowledged', attributes: [] }],
              links: [{ traceId: TRACE_ID, spanId: PARENT_ID }],
              status: { code: 2 },
            },
          ],
        },
      ],
    },
  ],
};

const EXPECTED = {
  service: 'product',
  resource: { 'service.name': 'product' },
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  parentSpanId: PARENT_ID,
  name: 'GET',
  kind: 'client',
  status: 'error',
  attributes: { 'http.response.status_code': 503, sampled: true },
  events: [{ name: 'acknowledged', attributes: {} }],
  links: [{ traceId: TRACE_ID, spanId: PARENT_ID }],
  startedAt: 1700000000000,
  endedAt: 1700000000005,
};

/** The same in protobuf, put together by the encoding's own rules. */
function inProtobuf(): Buffer {
  const nested = (field: number, ...pieces: Buffer[]) => {
    const body = Buffer.concat(pieces);
    return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
  };
  const text = (field: number, value: string) => nested(field, Buffer.from(value));
  const hex = (field: number, value: string) => nested(field, Buffer.from(value, 'hex'));
  const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
  const fixed64 = (field: number, value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return Buffer.concat([varint(field * 8 + 1), bytes]);
  };
  const fixed32 = (field: number) => Buffer.concat([varint(field * 8 + 5), Buffer.alloc(4)]);
  const span = nested(
    2,
    hex(1, TRACE_ID),
    hex(2, SPAN_ID),
    hex(4, PARENT_ID),
    text(5, 'GET'),
    number(6, 3),
    fixed64(7, 1700000000000000000n),
    fixed64(8, 1700000000005000000n),
    nested(9, text(1, 'http.response.status_code'), nested(2, number(3, 503))),
    nested(9, text(1, 'sampled'), nested(2, number(2, 1))),
    nested(11, fixed64(1, 1n), text(2, 'acknowledged')),
    nested(13, hex(1, TRACE_ID), hex(2, PARENT_ID)),
    nested(15, number(3, 2)),
    fixed32(16),
  );
  const resource = nested(1, nested(1, text(1, 'service.name'), nested(2, text(1, 'product'))));
  return nested(1, resource, nested(2, span));
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), varint(value >>> 7)]);
}

describe('the receiver of spans', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => void (receiver = await startOtlpReceiver()));
  afterEach(() => receiver.close());

  const post = (body: string | Buffer, headers: Record<string, string>, init: RequestInit = {}) =>
    fetch(`${receiver.url}/v1/traces`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
      ...init,
    });
  const json = { 'Content-Type': 'application/json' };
  const protobuf = { 'Content-Type': 'application/x-protobuf' };
  const gzip = { 'Content-Encoding': 'gzip' };

  it.each([
    ['JSON', JSON.stringify(REQUEST), json],
    ['JSON, compressed', gzipSync(JSON.stringify(REQUEST)), { ...json, ...gzip }],
    ['protobuf', inProtobuf(), protobuf],
    ['protobuf, compressed', gzipSync(inProtobuf()), { ...protobuf, ...gzip }],
  ])('takes %s', async (_form, body, headers) => {
    const answer = await post(body, headers);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(headers['Content-Type']);
    expect(receiver.spans).toEqual([EXPECTED]);
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    ['text that is no JSON', '{', json, 400],
    ['protobuf that is cut off', inProtobuf().subarray(0, -3), protobuf, 400],
    ['what is not compressed as it says', JSON.stringify(REQUEST), { ...json, ...gzip }, 400],
    ['a span without an id', JSON.stringify(REQUEST).replace(SPAN_ID, ''), json, 400],
    ['another content type', JSON.stringify(REQUEST), { 'Content-Type': 'text/plain' }, 415],
    ['another compression', JSON.stringify(REQUEST), { ...json, 'Content-Encoding': 'br' }, 415],
  ])('refuses %s', async (_what, body, headers, status) => {
    expect((await post(body, headers)).status).toBe(status);
    expect(receiver.spans).toEqual([]);
  });

  it('turns away with what it is told to, keeps nothing, and takes again', async () => {
    await receiver.behave({ kind: 'answer', status: 429, retryAfter: '1' });
    const answer = await post(JSON.stringify(REQUEST), json);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(receiver.spans).toEqual([]);

    await receiver.behave({ kind: 'take' });
    expect((await post(JSON.stringify(REQUEST), json)).status).toBe(200);
    expect(receiver.spans).toHaveLength(1);
  });

  it('refuses connections, and listens at the same address again', async () => {
    await receiver.behave({ kind: 'refuse' });
    await expect(post('', json)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });

    await receiver.behave({ kind: 'take' });
    expect((await post(JSON.stringify(REQUEST), json)).status).toBe(200);
  });

  it.each<ReceiverManner>([{ kind: 'garbage' }, { kind: 'reset' }])('answers with $kind', async (manner) => {
    await receiver.behave(manner);
    await expect(post(JSON.stringify(REQUEST), json)).rejects.toThrow('fetch failed');
  });

  it('hangs until the sender gives up', async () => {
    await receiver.behave({ kind: 'hang' });
    const giveUp = new AbortController();
    const answer = post(JSON.stringify(REQUEST), json, { signal: giveUp.signal });
    const wait = setInterval(() => receiver.requests.length > 0 && giveUp.abort(), 5);
    await expect(answer).rejects.toThrow('aborted');
    clearInterval(wait);
  });

  it.each<['flood' | 'drip', number]>([
    ['flood', 1_000_000],
    ['drip', 3],
  ])('answers with a %s that does not end', async (kind, bytes) => {
    await receiver.behave({ kind });
    const { body } = await post(JSON.stringify(REQUEST), json);
    let read = 0;
    for await (const piece of body ?? []) if ((read += piece.length) >= bytes) break;
    expect(read).toBeGreaterThanOrEqual(bytes);
  });
});
