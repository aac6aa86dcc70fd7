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
