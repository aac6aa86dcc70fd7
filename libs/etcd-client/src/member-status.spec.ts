import { isOlder } from './member-status';

it.each([
  ['3.4.0', false],
  ['3.4.23', false],
  ['3.6.5', false],
  ['3.10.0', false],
  ['4.0.0-rc.1', false],
  ['3.3.27', true],
  ['2.9.0', true],
  ['', true],
])('version %j is older than 3.4: %s', (version, older) => {
  expect(isOlder(version, '3.4')).toBe(older);
});
