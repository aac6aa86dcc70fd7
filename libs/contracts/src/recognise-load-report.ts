import {
  BUCKET_NUMBER,
  LOAD_OUTCOMES,
  LOAD_REPORT_BOUNDS,
  MAX_LOAD_EDGES,
  type LoadEdge,
  type LoadEjection,
  type LoadReport,
} from './load-report';
import { isInstanceId } from './registration';
import { isServiceName } from './service-name';

/**
 * Whether this is a report as our own reporters send it: the schema would take some milliseconds for 500 edges. `true` only
 * for what the schema accepts unchanged; all else is left to it.
 */
export function recogniseLoadReport(body: object): LoadReport | undefined {
  const report: Partial<Record<keyof LoadReport, unknown>> = body;
  const { reporter, seq, window_ms: windowMs, edges, other, held, ejected, routes_digest: digest } = report;
  const isKnown =
    hasOnly(body, REPORT_KEYS) &&
    isRecord(reporter) &&
    hasOnly(reporter, REPORTER_KEYS) &&
    isName(reporter['service_name']) &&
    isId(reporter['instance_id']) &&
    isWhole(reporter['epoch'], 1, Number.MAX_SAFE_INTEGER) &&
    isWhole(seq, 0, Number.MAX_SAFE_INTEGER) &&
    isNumber(windowMs, LOAD_REPORT_BOUNDS.windowMs) &&
    Array.isArray(edges) &&
    edges.length <= MAX_LOAD_EDGES &&
    edges.every(isEdge) &&
    (other === undefined ||
      (isRecord(other) &&
        hasOnly(other, OTHER_KEYS) &&
        isCount(other['requests']) &&
        isPart(other['failed'], other))) &&
    (held === undefined ||
      (isRecord(held) && isCounts(held, isName) && Object.keys(held).length <= LOAD_REPORT_BOUNDS.named)) &&
    (ejected === undefined ||
      (Array.isArray(ejected) && ejected.length <= LOAD_REPORT_BOUNDS.named && ejected.every(isEjection))) &&
    (digest === undefined || isText(digest, 64));
  return isKnown ? (body as LoadReport) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const REPORT_KEYS: readonly string[] = [
  'reporter',
  'seq',
  'window_ms',
  'edges',
  'other',
  'held',
  'ejected',
  'routes_digest',
] satisfies (keyof LoadReport)[];
const REPORTER_KEYS: readonly string[] = ['service_name', 'instance_id', 'epoch'];
const OTHER_KEYS: readonly string[] = ['requests', 'failed'];
const EDGE_KEYS: readonly string[] = [
  'service_name',
  'instance_id',
  'route',
  'requests',
  'failed',
  'retried',
  'in_flight',
  'outcomes',
  'buckets',
] satisfies (keyof LoadEdge)[];
const EJECTION_KEYS: readonly string[] = [
  'service_name',
  'instance_id',
  'cause',
  'outcome',
  'for_ms',
] satisfies (keyof LoadEjection)[];
const OUTCOMES: readonly string[] = LOAD_OUTCOMES;

function isEdge(edge: unknown): boolean {
  if (!isRecord(edge) || !hasOnly(edge, EDGE_KEYS)) return false;
  const { service_name: service, instance_id: instanceId, route, outcomes, buckets } = edge;
  return (
    isName(service) &&
    (instanceId === undefined || isId(instanceId)) &&
    (route === undefined || isText(route, LOAD_REPORT_BOUNDS.route)) &&
    isCount(edge['requests']) &&
    isPart(edge['failed'], edge) &&
    isPart(edge['retried'], edge) &&
    isCount(edge['in_flight']) &&
    (outcomes === undefined || (isRecord(outcomes) && isCounts(outcomes, isOutcome))) &&
    isRecord(buckets) &&
    isCounts(buckets, isBucket)
  );
}

function isEjection(ejection: unknown): boolean {
  return (
    isRecord(ejection) &&
    hasOnly(ejection, EJECTION_KEYS) &&
    isName(ejection['service_name']) &&
    isId(ejection['instance_id']) &&
    isText(ejection['cause'], LOAD_REPORT_BOUNDS.text) &&
    (ejection['outcome'] === '' || isText(ejection['outcome'], LOAD_REPORT_BOUNDS.text)) &&
    (ejection['for_ms'] === null || isNumber(ejection['for_ms'], Number.MAX_SAFE_INTEGER))
  );
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(value: object, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

function isCounts(counts: Fields, isKey: (key: string) => boolean): boolean {
  return Object.keys(counts).every((key) => key !== '__proto__' && isKey(key) && isCount(counts[key]));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && isServiceName(value);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && isInstanceId(value);
}

function isOutcome(key: string): boolean {
  return OUTCOMES.includes(key);
}

function isBucket(key: string): boolean {
  return BUCKET_NUMBER.test(key);
}

/** Printable ASCII: of what is not, the schema looks closer. */
function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length <= longest && /^[\x20-\x7e]+$/.test(value);
}

function isCount(value: unknown): boolean {
  return isWhole(value, 0, LOAD_REPORT_BOUNDS.count);
}

function isPart(value: unknown, { requests }: Fields): boolean {
  return isWhole(value, 0, Number(requests));
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isNumber(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most;
}
