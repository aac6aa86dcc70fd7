import type { Sample } from '../context/trace-context';

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** OpenTelemetry's, by the names of `OTEL_TRACES_SAMPLER`. */
export type SamplerName = (typeof SAMPLERS)[number];

/** @param ratio of the traces that begin here, 0–1; for the samplers by ratio */
export function createSample(name: SamplerName, ratio: number): Sample {
  const root = rootSample(name, ratio);
  if (!name.startsWith('parentbased_')) return (traceId) => root(traceId);
  return (traceId, parentFlags) => (parentFlags === undefined ? root(traceId) : (parentFlags & 1) !== 0);
}

/** The trace id decides, so that every process that asks with one ratio says the same of one trace. */
function rootSample(name: SamplerName, ratio: number): (traceId: string) => boolean {
  if (name.endsWith('always_on') || (name.endsWith('ratio') && ratio >= 1)) return () => true;
  if (name.endsWith('always_off') || ratio <= 0) return () => false;
  // The last 56 bits are random in a trace id (W3C Trace Context §2.2.4.1), of which 48 are a number that is exact.
  const bound = ratio * 2 ** 48;
  return (traceId) => Number.parseInt(traceId.slice(-12), 16) < bound;
}
