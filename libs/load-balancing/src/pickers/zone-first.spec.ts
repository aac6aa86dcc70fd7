import { aCandidate, countById, evenRandom } from '../../test/support/a-candidate';
import { createZoneFirst, localShare } from './zone-first';

const inZones = (...zones: (string | null)[]) =>
  zones.map((zone, index) => aCandidate(`i${index}`, { zone }));
const picks = (list: ReturnType<typeof inZones>, zone: string | undefined, count = 900) => {
  const picker = createZoneFirst({ zone, random: evenRandom() });
  return countById(Array.from({ length: count }, () => picker.pick(list, 0)));
};

describe('localShare', () => {
  it.each([
    ['an even share of the candidates', 2, 4, 2, 1],
    ['more than that', 3, 4, 2, 1],
    ['the only zone', 3, 3, 1, 1],
    ['half of an even share', 1, 4, 2, 0.5],
    ['one of nine in three zones', 1, 9, 3, 1 / 3],
    ['nobody', 0, 4, 2, 0],
  ])('of a zone that has %s', (_, local, all, zones, share) => {
    expect(localShare(local, all, zones)).toBeCloseTo(share);
  });
});

describe('zone first', () => {
  it('stays at home, in turn, while the zone has an even share of the candidates', () => {
    expect(picks(inZones('a', 'a', 'b', 'b'), 'a')).toEqual(
      new Map([
        ['i0', 450],
        ['i1', 450],
      ]),
    );
  });

  it('sends out what would be too much for those at home', () => {
    const counts = picks(inZones('a', 'b', 'b', 'b'), 'a');
    expect(counts.get('i0')).toBeGreaterThan(440);
    expect(counts.get('i0')).toBeLessThan(460);
    for (const id of ['i1', 'i2', 'i3']) expect(counts.get(id)).toBeGreaterThan(140);
  });

  it('takes those of other zones, or of none, when nobody is at home', () => {
    expect(picks(inZones('b', null), 'a').size).toBe(2);
  });

  it('is plain round robin for a caller without a zone', () => {
    expect(new Set(picks(inZones('a', 'b', null), undefined).values())).toEqual(new Set([300]));
  });
});
