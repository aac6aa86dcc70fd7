import {
  LOAD_OUTCOMES,
  type LoadEjection,
  type LoadReportResponse,
  type TrafficEdge,
  type TrafficReporter,
  type TrafficResponse,
  type TrafficSeries,
} from '@rollcall/contracts';
import { objectSchema, type JsonSchema } from '@rollcall/service-kit';
import { listOf, orNull, text, wholeNumber } from './vocabulary';

const milliseconds = wholeNumber('Milliseconds since 1970');
const countsByName = (description: string): JsonSchema => ({
  type: 'object',
  description,
  additionalProperties: wholeNumber('How many'),
});
const latency = (share: string): JsonSchema => ({
  type: ['number', 'null'],
  description: `Milliseconds that ${share} of the requests took at most; null without a request`,
});

const ejection = objectSchema<LoadEjection>({
  service_name: { type: 'string' },
  instance_id: { type: 'string' },
  cause: text('`by_hand`, or what outlier detection has seen'),
  outcome: text('What it was ejected for'),
  for_ms: { type: ['number', 'null'], description: 'How much longer; null until it is restored' },
});

const reporter = objectSchema<TrafficReporter>({
  service_name: { type: 'string' },
  instance_id: { type: 'string' },
  at: { ...milliseconds, description: 'When its latest report came' },
  interval_ms: wholeNumber('Until the next one'),
  routes_digest: {
    ...orNull('string'),
    description: 'Equal for gateways that have the same routes in force',
  },
  held: countsByName('Requests that wait for an instance, by service'),
  ejected: listOf(ejection),
  other: {
    type: 'object',
    description: 'What it did on edges for which there was no room',
    properties: { requests: wholeNumber('How many'), failed: wholeNumber('Of those') },
    required: ['requests', 'failed'],
    additionalProperties: false,
  },
});

const series = objectSchema<TrafficSeries>({
  begins_at: milliseconds,
  requests: listOf(wholeNumber('In one step')),
  failed: listOf(wholeNumber('In one step')),
  p99_ms: listOf({ type: ['number', 'null'] }),
});

const edge = objectSchema<TrafficEdge>(
  {
    from: text('The service that calls'),
    reporter: {
      ...orNull('string'),
      description: 'Its instance; null where those of the service are added up',
    },
    service_name: text('The service that is called'),
    instance_id: {
      ...orNull('string'),
      description: 'Of attempts: where they went; null on an edge of calls',
    },
    route: {
      ...orNull('string'),
      description: 'Of calls through a gateway: host, if it has one, and path prefix',
    },
    requests: wholeNumber('In the window'),
    failed: wholeNumber('Of those'),
    retried: wholeNumber('Attempts that were not the first; calls that took more than one'),
    in_flight: wholeNumber('At the latest report'),
    outcomes: {
      type: 'object',
      description: `Those that failed, by outcome: ${LOAD_OUTCOMES.join(', ')}`,
      additionalProperties: wholeNumber('How many'),
    },
    buckets: countsByName('Latencies by bucket: bucket i ends at 0.1 ms * 1.2^i'),
    requests_per_second: { type: 'number' },
    p50_ms: latency('half'),
    p99_ms: latency('99 %'),
    last_at: { ...milliseconds, description: 'When a request was last reported' },
    series,
  },
  { optional: ['series'] },
);

/** The answers about load reports. */
export const trafficSchemas = {
  LoadReportResponse: objectSchema<LoadReportResponse>({
    interval_ms: wholeNumber('Until the next report; 0: none is wanted'),
  }),
  TrafficResponse: objectSchema<TrafficResponse>({
    at: milliseconds,
    reports: { enum: ['on', 'off'], description: 'off: this registry takes none (TRAFFIC_REPORTS)' },
    step_ms: wholeNumber('Of the series'),
    window_ms: { type: 'number', description: 'What the sums cover' },
    reporters: listOf(reporter),
    edges: listOf(edge),
  }),
};
