import { createSample, type SamplerName } from './sampler';

const LOW = `${'f'.repeat(20)}000000000001`;
const HIGH = `${'0'.repeat(20)}ffffffffffff`;

describe('createSample', () => {
  it.each<[SamplerName, number, string, number | undefined, boolean]>([
    ['always_on', 0, HIGH, 0, true],
    ['always_off', 1, LOW, 1, false],
    ['traceidratio', 0.5, LOW, 0, true],
    ['traceidratio', 0.5, HIGH, 1, false],
    ['traceidratio', 1, HIGH, undefined, true],
    ['traceidratio', 0, LOW, undefined, false],
    ['parentbased_always_on', 0, HIGH, undefined, true],
    ['parentbased_always_on', 0, HIGH, 0, false],
    ['parentbased_always_off', 1, LOW, undefined, false],
    ['parentbased_always_off', 1, LOW, 1, true],
    ['parentbased_traceidratio', 0.5, LOW, undefined, true],
    ['parentbased_traceidratio', 0.5, HIGH, undefined, false],
    ['parentbased_traceidratio', 0, HIGH, 1, true],
    ['parentbased_traceidratio', 1, LOW, 0, false],
  ])('%s with ratio %d says of %s, parent %s: %s', (name, ratio, traceId, parentFlags, sampled) => {
    expect(createSample(name, ratio)(traceId, parentFlags)).toBe(sampled);
  });

  it('records the share of traces that was asked for', () => {
    const sample = createSample('traceidratio', 0.01);
    const ids = Array.from({ length: 10_000 }, (_, each) =>
      Math.floor(((each + 0.5) / 10_000) * 2 ** 48)
        .toString(16)
        .padStart(32, '0'),
    );
    expect(ids.filter((traceId) => sample(traceId, undefined))).toHaveLength(100);
  });
});
