import { prettyFormat } from './pretty-format';

const MESSAGE = Symbol.for('message');

/** The line that is written for an entry, without its time. */
function lineOf(entry: { message: string } & Record<string, unknown>): string {
  const written = prettyFormat().transform({ level: 'info', ...entry });
  if (typeof written !== 'object') throw new Error('nothing was written');
  return String(written[MESSAGE]).replace(/^\S+ /, '');
}

describe('prettyFormat', () => {
  it('writes the level, the sentence and the fields, without what every line of a process repeats', () => {
    expect(
      lineOf({ message: 'listening', service: 'hello', event: 'listening', port: 8080, host: 'a b' }),
    ).toBe('info  listening port=8080 host="a b"');
  });

  it('writes a request in one short line', () => {
    const request = {
      message: 'GET /products 200',
      event: 'http_request',
      method: 'GET',
      path: '/products',
      status: 200,
      duration_ms: 3.1,
      upstream_service: 'product',
      instance_id: '0a6ff2c4-7a4b-4e0c-9d9e-6a6f4dd7a2f1',
      request_id: '0a6ff2c4-7a4b-4e0c-9d9e-6a6f4dd7a2f2',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    };
    expect(lineOf(request)).toBe('info  GET /products 200 duration_ms=3.1 upstream_service=product');
  });

  it('leaves out fields without a value', () => {
    expect(lineOf({ message: 'no route', upstream: undefined, attempts: 0, zone: null })).toBe(
      'info  no route attempts=0 zone=null',
    );
  });

  it('writes an error below its line, with what caused it', () => {
    const error = new Error('no database', { cause: new Error('connect ECONNREFUSED') });

    const [first, ...stack] = lineOf({ message: 'broken', error }).split('\n');

    expect(first).toBe('info  broken');
    expect(stack.join('\n')).toMatch(/^Error: no database[^]*caused by Error: connect ECONNREFUSED/);
  });
});
