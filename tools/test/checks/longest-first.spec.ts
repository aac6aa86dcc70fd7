import { existsSync } from 'node:fs';
import { join } from 'node:path';
import LongestFirst from '../../checks/longest-first';

const workspace = join(__dirname, '../../..');
const hasteFS = { getSize: (path: string) => (path.includes('big') ? 9000 : 90) };
const test = (path: string) => ({ path: join(workspace, path), context: { hasteFS } });

describe('the order of specs', () => {
  it('begins with what takes longest, and goes on with the biggest', () => {
    const [longest = '', next = ''] = Object.keys(LongestFirst.SECONDS);

    const sorted = new LongestFirst().sort(['small.spec.ts', next, 'big.spec.ts', longest].map(test));

    expect(sorted).toEqual([longest, next, 'big.spec.ts', 'small.spec.ts'].map(test));
  });

  it.each(Object.keys(LongestFirst.SECONDS))('has a spec %s to put in order', (path) => {
    expect(existsSync(join(workspace, path))).toBe(true);
  });
});
