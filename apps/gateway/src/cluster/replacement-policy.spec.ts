import { LOOP_WINDOW_MS, replacementAfter } from './replacement-policy';

describe('what follows the death of a worker', () => {
  it.each([
    [[0], { action: 'replace', afterMs: 0 }],
    [[0, 0], { action: 'replace', afterMs: 100 }],
    [[0, 0, 0], { action: 'replace', afterMs: 200 }],
    [[0, 0, 0, 0], { action: 'replace', afterMs: 400 }],
    [[0, 0, 0, 0, 0], { action: 'give-up', deaths: 5, withinMs: LOOP_WINDOW_MS }],
  ])('of deaths at %j', (deaths, expected) => {
    expect(replacementAfter(deaths, 0)).toEqual(expected);
  });

  it('forgets what lies a window back', () => {
    const deaths = [0, 0, 0, 0, LOOP_WINDOW_MS];
    expect(replacementAfter(deaths, LOOP_WINDOW_MS - 1)).toMatchObject({ action: 'give-up' });
    expect(replacementAfter(deaths, LOOP_WINDOW_MS)).toEqual({ action: 'replace', afterMs: 0 });
  });
});
