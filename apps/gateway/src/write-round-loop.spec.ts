import { createWriteRound } from './write-round-loop';

describe('a write round', () => {
  it('writes in the order of the calls, after what runs now and its promises', async () => {
    const round = createWriteRound();
    const seen: string[] = [];
    round.add(() => seen.push('first'));
    round.add(() => seen.push('second'));
    await Promise.resolve().then(() => seen.push('a promise'));
    seen.push('reads');
    await new Promise(setImmediate);
    expect(seen).toEqual(['a promise', 'reads', 'first', 'second']);
  });

  it('leaves what a write adds to the next round', async () => {
    const round = createWriteRound();
    const seen: string[] = [];
    round.add(() => {
      seen.push('first');
      round.add(() => seen.push('of the next round'));
      setImmediate(() => seen.push('another reader'));
    });
    round.add(() => seen.push('second'));
    await new Promise(setImmediate);
    expect(seen).toEqual(['first', 'second']);
    await new Promise(setImmediate);
    expect(seen).toEqual(['first', 'second', 'of the next round', 'another reader']);
  });
});
