import fc from 'fast-check';
import { jsonFormat } from './json-format';

const MESSAGE = Symbol.for('message');

describe('jsonFormat', () => {
  it('writes one line without a control character, which says what there was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = jsonFormat().transform({ level: 'info', message: text, path: text });
        const line = typeof written === 'object' ? String(written[MESSAGE]) : '';

        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
        expect(JSON.parse(line)).toMatchObject({ message: text, path: text });
      }),
    );
  });
});
