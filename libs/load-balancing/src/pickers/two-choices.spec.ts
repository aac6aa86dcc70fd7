import fc from 'fast-check';
import { aCandidate, someRandom } from '../../test/support/a-candidate';
import { createTwoChoices } from './two-choices';

describe('two choices', () => {
  it('never picks the busier of the two it has drawn', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 20 }), someRandom, (busy, random) => {
        const list = busy.map((inFlight, index) => aCandidate(`i${index}`, { inFlight }));
        const busiest = Math.max(...busy);
        fc.pre(busy.filter((inFlight) => inFlight === busiest).length === 1);
        expect(createTwoChoices(random).pick(list, 0)?.inFlight).toBeLessThan(busiest);
      }),
    );
  });
});
