import { Counter, Gauge, Registry } from 'prom-client';
import type { Outcome } from '@rollcall/load-balancing';
import { collectProcessMetrics, DurationHistogram, type Metrics } from '@rollcall/service-kit';

/** What the gateway measures; the traffic's durations come together with those of its own paths. */
export interface GatewayMetrics extends Metrics {
  attempt(service: string, outcome: Outcome | 'unsendable'): void;
  ejection(service: string): void;
  /** A policy has answered in place of an instance. */
  policyAnswer(route: string, policy: string): void;
  /** The routes file was read anew. */
  routesFile(result: 'loaded' | 'refused'): void;
  /** A connection more than MAX_CONNECTIONS was closed. */
  turnedAway(): void;
}

export interface GatewayMetricsOptions {
  readonly service: string;
  /** Where they are printed from, when not from a registry of their own. */
  readonly registry?: Registry;
  /** Read when somebody scrapes; nothing of the kind where no traffic is. */
  readonly gauges?: {
    readonly held: () => number;
    readonly tunnels: () => number;
    readonly inFlight: () => Iterable<readonly [service: string, count: number]>;
  };
}

export function createGatewayMetrics({
  service,
  registry = new Registry(),
  gauges,
}: GatewayMetricsOptions): GatewayMetrics {
  registry.setDefaultLabels({ service });
  collectProcessMetrics(registry);
  const durations = new DurationHistogram(registry);
  const attempts = new Map<string, Map<string, number>>();
  const registers = [registry];

  new Counter({
    name: 'rollcall_gateway_attempts_total',
    help: 'Attempts at instances by their outcome.',
    labelNames: ['upstream_service', 'outcome'] as const,
    registers,
    collect() {
      this.reset();
      for (const [name, outcomes] of attempts)
        for (const [outcome, count] of outcomes) this.inc({ upstream_service: name, outcome }, count);
    },
  });
  const ejections = new Counter({
    name: 'rollcall_gateway_ejections_total',
    help: 'Instances that this gateway stopped using for a while.',
    labelNames: ['upstream_service'] as const,
    registers,
  });
  const policyAnswers = new Counter({
    name: 'rollcall_gateway_policy_answers_total',
    help: 'Requests that a policy of their route has answered in place of an instance.',
    labelNames: ['http_route', 'policy'] as const,
    registers,
  });
  const routesFileReads = new Counter({
    name: 'rollcall_gateway_routes_file_reads_total',
    help: 'Contents of the routes file that came into force (loaded) or had a fault (refused).',
    labelNames: ['result'] as const,
    registers,
  });
  const routesFileFaulty = new Gauge({
    name: 'rollcall_gateway_routes_file_faulty',
    help: '1 while the routes file as it stands is not in force because it has a fault.',
    registers,
  });
  const turnedAway = new Counter({
    name: 'rollcall_gateway_connections_turned_away_total',
    help: 'Connections that were closed because there were MAX_CONNECTIONS.',
    registers,
  });
  new Gauge({
    name: 'rollcall_gateway_upstream_in_flight',
    help: 'Requests under way to the instances of a service.',
    labelNames: ['upstream_service'] as const,
    registers,
    collect() {
      this.reset();
      for (const [name, count] of gauges?.inFlight() ?? []) this.set({ upstream_service: name }, count);
    },
  });
  new Gauge({
    name: 'rollcall_gateway_held_requests',
    help: 'Requests that wait for an instance.',
    registers,
    collect() {
      this.set(gauges?.held() ?? 0);
    },
  });
  new Gauge({
    name: 'rollcall_gateway_tunnels',
    help: 'Connections that have switched to another protocol.',
    registers,
    collect() {
      this.set(gauges?.tunnels() ?? 0);
    },
  });

  return {
    registry,
    observeRequest: (request) => durations.record(request),
    attempt(name, outcome) {
      const outcomes = attempts.get(name) ?? new Map<string, number>();
      attempts.set(name, outcomes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    turnedAway: () => turnedAway.inc(),
    ejection: (name) => ejections.inc({ upstream_service: name }),
    routesFile(result) {
      routesFileReads.inc({ result });
      routesFileFaulty.set(result === 'refused' ? 1 : 0);
    },
    policyAnswer: (route, policy) => policyAnswers.inc({ http_route: route, policy }),
  };
}
