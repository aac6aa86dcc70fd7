import { Counter, Gauge, Registry } from 'prom-client';
import type { Outcome } from '@rollcall/load-balancing';
import {
  CLIENT_DURATIONS,
  collectProcessMetrics,
  DurationHistogram,
  measureTracing,
  SERVER_DURATIONS,
  type RecordedTrace,
  type Metrics,
  type RequestDuration,
  type Tracer,
} from '@rollcall/service-kit';
import type { PresentNames } from '../upstreams/present-names';
import type { AttemptErrorType } from '../ports/attempt-error-type';
import { createHttp2Metrics, type Http2Metrics } from './http2-metrics';
import { SubjectCounter } from './subject-counter';
import { measureTraffic, type TrafficGauges } from './traffic-gauges';

/** What the gateway measures; the traffic's durations come together with those of its own paths. */
export interface GatewayMetrics extends Metrics {
  /** One request of the traffic, by the name of its route, which others have chosen. */
  observeTraffic(request: RequestDuration): void;
  attempt(service: string, outcome: Outcome | 'unsendable'): void;
  /** How long an attempt took to be answered, or to fail. */
  observeAttempt(attempt: AttemptDuration): void;
  ejection(service: string): void;
  /** A copy for another service was answered, or dropped and why. */
  mirrored(service: string, result: string): void;
  /** A policy has answered in place of an instance. */
  policyAnswer(route: string, policy: string): void;
  /** A gRPC call has ended with this status. */
  grpcAnswer(route: string, status: number): void;
  /** The routes file was read anew. */
  routesFile(result: 'loaded' | 'refused'): void;
  /** A connection more than MAX_CONNECTIONS was closed. */
  connectionRejected(): void;
  /** Of callers that speak HTTP/2. */
  readonly http2: Http2Metrics;
  names(): MeasuredNames;
}

/** The services and routes by which series are told apart. */
export interface MeasuredNames {
  /** Those that exist; undefined while that is not known. Series of all others are forgotten after a while. */
  readonly present: PresentNames | undefined;
  /** Routes of the gateway's own, whose series are never forgotten. */
  readonly ownRoutes: ReadonlySet<string>;
}

export interface AttemptDuration {
  readonly method: string;
  readonly service: string;
  /** The answer's status, or why there was none. */
  readonly result: number | AttemptErrorType;
  readonly seconds: number;
  readonly recorded?: RecordedTrace | undefined;
}

export interface GatewayMetricsOptions {
  readonly service: string;
  /** Whose spans are counted. */
  readonly tracer?: Pick<Tracer, 'counts'> | undefined;
  /** Where they are printed from, when not from a registry of their own. */
  readonly registry?: Registry;
  /** Absent in a process without traffic. */
  readonly gauges?: TrafficGauges;
  /** What exists at the moment, where the traffic is; undefined before anything was heard of the registry. */
  readonly present?: () => PresentNames | undefined;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** The label of requests without a route; it lasts. */
export const UNMATCHED = 'unmatched';

/** How often it is looked at what is gone; what was gone twice is forgotten. */
export const LOOK_EVERY_MS = 60_000;

export function createGatewayMetrics({
  service,
  tracer,
  registry = new Registry(),
  gauges,
  present,
  now = () => performance.now(),
}: GatewayMetricsOptions): GatewayMetrics {
  registry.setDefaultLabels({ service });
  collectProcessMetrics(registry);
  measureTracing(registry, tracer);
  const durations = new DurationHistogram(registry, SERVER_DURATIONS);
  const attemptDurations = new DurationHistogram(registry, CLIENT_DURATIONS);
  const registers = [registry];
  let lookedAt = now();

  /** At each scrape: the series are read only then, and their number is bounded. */
  function forgetGone(): void {
    if (now() - lookedAt < LOOK_EVERY_MS) return;
    const names = present?.();
    if (names === undefined) return;
    lookedAt = now();
    const { services, routes } = names;
    for (const counter of [attempts, ejections, copies])
      counter.subjects.retain((name) => services.has(name));
    for (const counter of [policyAnswers, grpcAnswers]) counter.subjects.retain((name) => routes.has(name));
    durations.retain((name) => routes.has(name));
    attemptDurations.retain((name) => services.has(name));
  }

  const attempts = new SubjectCounter({
    name: 'rollcall_gateway_attempts_total',
    help: 'Attempts at instances by their outcome.',
    labelNames: ['upstream_service', 'outcome'],
    registers,
    beforeCollect: forgetGone,
  });
  const ejections = new SubjectCounter({
    name: 'rollcall_gateway_ejections_total',
    help: 'Instances that this gateway stopped using for a while.',
    labelNames: ['upstream_service'],
    registers,
  });
  const copies = new SubjectCounter({
    name: 'rollcall_gateway_mirrored_requests_total',
    help: 'Copies of requests for another service: answered, or dropped and why.',
    labelNames: ['upstream_service', 'result'],
    registers,
  });
  const policyAnswers = new SubjectCounter({
    name: 'rollcall_gateway_policy_answers_total',
    help: 'Requests that a policy of their route has answered in place of an instance.',
    labelNames: ['http_route', 'policy'],
    registers,
  });
  const grpcAnswers = new SubjectCounter({
    name: 'rollcall_gateway_grpc_answers_total',
    help: 'gRPC calls by the status that their callers got, of the instance or of the gateway.',
    labelNames: ['http_route', 'grpc_status'],
    registers,
  });
  const routesFileReads = new Counter({
    name: 'rollcall_gateway_routes_file_reads_total',
    help: 'Versions of the routes file that were loaded, or refused because of a fault.',
    labelNames: ['result'] as const,
    registers,
  });
  const routesFileFaulty = new Gauge({
    name: 'rollcall_gateway_routes_file_faulty',
    help: '1 while the present routes file is not in force because it has a fault.',
    registers,
  });
  const connectionsRejected = new Counter({
    name: 'rollcall_gateway_connections_turned_away_total',
    help: 'Connections closed on arrival because MAX_CONNECTIONS was reached.',
    registers,
  });
  measureTraffic(registers, gauges);

  return {
    registry,
    observeRequest: ({ method, route, status, seconds, recorded }) =>
      durations.record(method, route, status, seconds, true, recorded),
    observeTraffic: ({ method, route, status, seconds, recorded }) =>
      durations.record(method, route, status, seconds, route === UNMATCHED, recorded),
    observeAttempt: ({ method, service: name, result, seconds, recorded }) =>
      attemptDurations.record(method, name, result, seconds, false, recorded),
    attempt: (name, outcome) => attempts.count(name, outcome),
    connectionRejected: () => connectionsRejected.inc(),
    ejection: (name) => ejections.count(name),
    mirrored: (name, result) => copies.count(name, result),
    routesFile(result) {
      routesFileReads.inc({ result });
      routesFileFaulty.set(result === 'refused' ? 1 : 0);
    },
    http2: createHttp2Metrics(registry),
    policyAnswer: (route, policy) => policyAnswers.count(route, policy),
    grpcAnswer: (route, status) => grpcAnswers.count(route, String(status)),
    names: () => ({ present: present?.(), ownRoutes: durations.lasting() }),
  };
}
