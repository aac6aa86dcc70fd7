import { aCandidate } from '../../test/support/a-candidate';
import { createPeakEwma } from './peak-ewma';

/** Of two candidates either is drawn first, and the other second. */
const preferred = (...list: ReturnType<typeof aCandidate>[]) =>
  [0, 0.9].map((chance) => createPeakEwma(() => chance).pick(list, 0)?.id);

describe('peak EWMA', () => {
  it('prefers who answers sooner', () => {
    expect(preferred(aCandidate('slow', { ms: 50 }), aCandidate('fast', { ms: 5 }))).toEqual([
      'fast',
      'fast',
    ]);
  });

  it('counts who is waiting there already', () => {
    const crowded = aCandidate('crowded', { ms: 5, inFlight: 9 });
    expect(preferred(crowded, aCandidate('idle', { ms: 45 }))).toEqual(['idle', 'idle']);
    expect(preferred(crowded, aCandidate('idle', { ms: 55 }))).toEqual(['crowded', 'crowded']);
  });

  it('asks who was never asked, and only once before it has answered', () => {
    const known = aCandidate('known', { ms: 1 });
    expect(preferred(known, aCandidate('new'))).toEqual(['new', 'new']);
    expect(preferred(known, aCandidate('new', { inFlight: 1 }))).toEqual(['known', 'known']);
  });
});
