import fc from 'fast-check';
import { parsePlace, pathOf, readMoment, withChoices } from './place';

test.each([
  ['/ui/', { page: 'services' }],
  ['/ui', { page: 'services' }],
  ['/ui/services', { page: 'services' }],
  ['/ui/services/product', { page: 'service', name: 'product' }],
  ['/ui/services/a%2Fb', { page: 'service', name: 'a/b' }],
  ['/ui/events/', { page: 'events' }],
  ['/ui/nothing', { page: 'unknown', path: '/ui/nothing' }],
  ['/ui/services/a/b', { page: 'unknown', path: '/ui/services/a/b' }],
  ['/ui/services/%E0%A4%A', { page: 'unknown', path: '/ui/services/%E0%A4%A' }],
])('the address %s is a place', (path, place) => {
  expect(parsePlace(path)).toEqual(place);
});

test('every service has an address of its own', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
      expect(parsePlace(pathOf({ page: 'service', name }))).toEqual({ page: 'service', name });
    }),
  );
});

test('choices are changed and taken back', () => {
  expect(withChoices('', { q: 'status:suspect zone:1a' })).toBe('?q=status:suspect+zone:1a');
  expect(withChoices('?q=a&sort=name', { q: '', group: 'zone' })).toBe('?sort=name&group=zone');
  expect(withChoices('?q=a', { q: undefined })).toBe('');
});

test('what is about the whole console goes with to another page, the rest stays behind', () => {
  expect(withChoices('?q=a&theme=light&wall&i=x&window=60', {}, { newPage: true })).toBe(
    '?theme=light&wall&window=60',
  );
});

test('a moment is a time, and whatever else is written there is the present', () => {
  expect(readMoment('1795000000000')).toBe(1_795_000_000_000);
  for (const text of [undefined, '', 'yesterday', 'NaN', '-5', '0', '1e400', '9e15', '12:30'])
    expect(readMoment(text)).toBeUndefined();
});
