import { requestIdFrom } from './request-id';

const newId = () => 'made-here';

describe('requestIdFrom', () => {
  it('keeps the caller’s id', () => expect(requestIdFrom('abc-123', newId)).toBe('abc-123'));

  it.each([
    ['a missing one', undefined],
    ['an empty one', ''],
    ['one with a line break, which would forge a log line', 'a\nb'],
    ['one with a quote', 'a"b'],
    ['one too long', 'a'.repeat(129)],
  ])('replaces %s', (_what, header) => expect(requestIdFrom(header, newId)).toBe('made-here'));
});
