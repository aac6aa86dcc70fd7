import fc from 'fast-check';
import { createEventStreamParser, type StreamEvent } from './event-stream';

const parse = (...pieces: string[]): readonly StreamEvent[] => {
  const parser = createEventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

test.each([
  [
    'a type, an id and data',
    'event: delta\nid: 7.x\ndata: {}\n\n',
    [{ type: 'delta', id: '7.x', data: '{}' }],
  ],
  ['no type', 'data: a\n\n', [{ type: 'message', id: undefined, data: 'a' }]],
  ['several lines of data', 'data: a\ndata: b\n\n', [{ type: 'message', id: undefined, data: 'a\nb' }]],
  ['no space after the colon', 'data:a\n\n', [{ type: 'message', id: undefined, data: 'a' }]],
  ['a comment', ': ping\n\n', []],
  ['no data', 'event: x\n\n', []],
  ['an event that is not over', 'data: a\n', []],
])('an event with %s', (_name, text, events) => {
  expect(parse(text)).toEqual(events);
});

test('a type holds for its own event only', () => {
  expect(parse('event: a\ndata: 1\n\ndata: 2\n\n').map(({ type }) => type)).toEqual(['a', 'message']);
});

test('it does not matter where the pieces are cut, nor how lines end', () => {
  const events = fc.array(
    fc.record({
      type: fc.stringMatching(/^[a-z]{1,8}$/),
      id: fc.stringMatching(/^[0-9.a-f]{1,8}$/),
      data: fc.string().map((text) => JSON.stringify(text)),
    }),
  );
  fc.assert(
    fc.property(
      events,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.infiniteStream(fc.nat(9)),
      (list, end, cuts) => {
        const text = list
          .map(({ type, id, data }) => [`event: ${type}`, `id: ${id}`, `data: ${data}`, '', ''].join(end))
          .join('');
        const pieces: string[] = [];
        for (let at = 0; at < text.length; ) {
          const size = 1 + (cuts.next().value ?? 0);
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        // A last CR may still be the first half of CRLF.
        expect(parse(...pieces, ':\n')).toEqual(list);
      },
    ),
  );
});
