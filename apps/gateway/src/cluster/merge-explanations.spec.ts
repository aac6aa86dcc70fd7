import type { InstanceExplanation, PathExplanation } from '@rollcall/contracts';
import { mergeExplanations } from './merge-explanations';

const instance = (id: string, more: Partial<InstanceExplanation> = {}): InstanceExplanation => ({
  instance_id: id,
  url: `http://${id}`,
  status: 'up',
  version: null,
  zone: null,
  weight: 100,
  in_flight: 1,
  picked: true,
  why: 'it is available',
  ...more,
});

const explanation = (...instances: InstanceExplanation[]): PathExplanation => ({
  request: { path: '/products', method: 'GET', host: '' },
  verdict: 'forwarded',
  why: 'the longest prefix',
  route: {
    name: '/products',
    service: 'product',
    source: 'announced',
    picker: 'round_robin',
    policies: [],
    in_flight: 2,
    max_in_flight: 5000,
  },
  instances,
  claims: [],
  refused_announcements: [],
});

describe('what several workers explain of a path', () => {
  it('is what one explains where they agree, with sums of what is under way', () => {
    expect(mergeExplanations([explanation(instance('a')), explanation(instance('a'))])).toMatchObject({
      verdict: 'forwarded',
      route: { in_flight: 4, max_in_flight: 10_000 },
      instances: [{ in_flight: 2, picked: true, why: 'it is available' }],
    });
  });

  it('tells how many say what where they do not', () => {
    const out = instance('a', { picked: false, why: 'refused once' });
    expect(
      mergeExplanations([explanation(out), explanation(instance('a')), explanation(out)]).instances,
    ).toEqual([
      expect.objectContaining({
        picked: true,
        why: '2 of 3 workers: refused once; 1 of 3 workers: it is available',
      }),
    ]);
  });

  it('leaves alone a limit that there is not', () => {
    const unlimited = explanation(instance('a'));
    const merged = mergeExplanations([
      { ...unlimited, ...(unlimited.route && { route: { ...unlimited.route, max_in_flight: null } }) },
    ]);
    expect(merged.route?.max_in_flight).toBeNull();
  });
});
