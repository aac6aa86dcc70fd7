import fc from 'fast-check';
import { chooseVersion, explainCanary, isChosen, isOfVersion, type CanaryRule } from './canary';

const rule: CanaryRule = {
  versions: [
    { version: '2', percent: 5 },
    { version: '3.1', percent: 10 },
  ],
  header: {
    name: 'x-canary',
    versionOf: new Map([
      ['always', '2'],
      ['never', '1'],
    ]),
  },
};

describe('chooseVersion', () => {
  it.each([
    [0, '2'],
    [0.0499, '2'],
    [0.05, '3.1'],
    [0.1499, '3.1'],
    [0.15, undefined],
    [0.999, undefined],
  ])('with chance %p takes %p', (chance, version) => {
    expect(chooseVersion(rule, undefined, chance)).toEqual({ version, by: 'weight' });
  });

  it.each([
    ['always', '2'],
    ['never', '1'],
  ])('does as the caller says: %s', (header, version) => {
    expect(chooseVersion(rule, header, 0.9)).toEqual({ version, by: 'header' });
  });

  it('goes by the weights when the caller says what is not known', () => {
    expect(chooseVersion(rule, 'perhaps', 0).by).toBe('weight');
  });

  it('gives each version its percentage', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 3 }), (percents) => {
        const versions = percents.map((percent, index) => ({ version: String(index), percent }));
        const counts = new Map<string | undefined, number>();
        for (let step = 0; step < 1000; step += 1) {
          const { version } = chooseVersion({ versions }, undefined, (step + 0.5) / 1000);
          counts.set(version, (counts.get(version) ?? 0) + 1);
        }
        for (const { version, percent } of versions) expect(counts.get(version) ?? 0).toBe(percent * 10);
      }),
    );
  });
});

describe('isOfVersion', () => {
  it.each([
    ['2', '2', true],
    ['2.0.1', '2', true],
    ['2.1.0', '2.1', true],
    ['2.10.0', '2.1', false],
    ['20', '2', false],
    ['1.2', '2', false],
    [null, '2', false],
  ])('%p and %p: %p', (version, wanted, expected) => {
    expect(isOfVersion(version, wanted)).toBe(expected);
  });
});

describe('isChosen', () => {
  it.each([
    ['2.1', '2', true],
    ['1.0', '2', false],
    ['1.0', undefined, true],
    ['3.0', undefined, true],
    ['3.1.4', undefined, false],
    [null, undefined, true],
  ])('version %p, when %p is chosen: %p', (version, chosen, expected) => {
    expect(isChosen(rule, { version: chosen, by: 'weight' }, version)).toBe(expected);
  });
});

describe('explainCanary', () => {
  it('tells the shares', () => {
    expect(explainCanary(rule, undefined)).toEqual([
      { version: '2', percent: 5, why: 'by its weight' },
      { version: '3.1', percent: 10, why: 'by its weight' },
      { version: 'any other', percent: 85, why: 'the remaining share' },
    ]);
  });

  it('tells what the caller’s word does', () => {
    expect(explainCanary(rule, 'never')).toEqual([{ version: '1', percent: 100, why: 'x-canary is never' }]);
  });
});
