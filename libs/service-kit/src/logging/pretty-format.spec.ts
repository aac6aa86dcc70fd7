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
    expect(stack.join('\n')).toMatch(
      /^ {4}Error: no database[^]*\n {4}caused by Error: connect ECONNREFUSED/,
    );
  });

  it.each<[string, Record<string, unknown> & { message: string }]>([
    ['the sentence', { message: 'GET /\u001b[2J\n12:00:00.000 error all is lost' }],
    ['a field', { message: 'm', path: '/\u009b2J\u007f\u202e' }],
    ['a field within a field', { message: 'm', failure: { message: 'a\r\nb\u001b' } }],
    ['the name of a field', { message: 'm', ['x\n12:00:00.000 info y']: 'z' }],
  ])('writes control characters and line ends in %s as escapes', (_where, entry) => {
    expect(lineOf(entry)).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
  });

  it('sets the lines of an error off from the margin, those of its message too', () => {
    const error = new Error('bad\n12:00:00.000 info  all is well\u001b[2J');

    const [, ...lines] = lineOf({ message: 'broken', error }).split('\n');

    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^ {4}[^\p{Cc}]+$/u);
  });
});
