import type { RegistryResponse, TrafficResponse } from '@rollcall/contracts';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import type { Traffic } from '../traffic/traffic';
import { describeGuards, type DescribeRegistryDeps } from '../use-cases/describe-registry';
import { describeProgress, type DescribeDrainDeps } from '../use-cases/describe-drain';
import { concerns, type WatchList } from '../watch/watch-list';
import { createDrainTopic, type DrainTopicOptions } from './drain-topic';
import { createWholeTopic, type LiveTopic } from './live-topic';

export interface LiveTopicsOptions
  extends DescribeDrainDeps,
    Omit<DrainTopicOptions, 'describe'>,
    Pick<DescribeRegistryDeps, 'guard'> {
  readonly traffic: Traffic;
  readonly describeRegistry: () => RegistryResponse;
  /** A pseudonym of a subscriber: what is said is said to everybody who may read. */
  readonly aliasOf: (subscriber: string) => string;
}

const REGISTRY_EVERY_MS = 2000;
/** As often as reports come while somebody looks. */
const TRAFFIC_EVERY_MS = 2000;
const TRAFFIC_WINDOW_MS = 20_000;

/** Everything on `/live` that has no revisions. */
export function liveTopics(options: LiveTopicsOptions): readonly LiveTopic[] {
  const { describeRegistry, aliasOf, traffic, clock } = options;
  return [
    createWholeTopic({
      everyMs: 0,
      version: () => guardVersion(options.guard),
      read(list) {
        const guards = describeGuards(options).filter((guard) => concerns(list, guard.service_name));
        return { type: 'guard', data: { guards } };
      },
    }),
    createDrainTopic({ ...options, describe: (record) => describeProgress(options, record, aliasOf) }),
    createWholeTopic({
      everyMs: TRAFFIC_EVERY_MS,
      read(list) {
        const data = traffic.view({ window: TRAFFIC_WINDOW_MS, by: 'service', series: true }, clock.moment());
        return { type: 'traffic', data: list === '*' ? data : ofServices(data, list) };
      },
    }),
    createWholeTopic({
      everyMs: REGISTRY_EVERY_MS,
      read: () => ({ type: 'registry', data: describeRegistry() }),
    }),
  ];
}

function ofServices(data: TrafficResponse, list: WatchList): TrafficResponse {
  const isOn = (serviceName: string): boolean => concerns(list, serviceName);
  return {
    ...data,
    reporters: data.reporters.filter((reporter) => isOn(reporter.service_name)),
    edges: data.edges.filter((edge) => isOn(edge.service_name) || isOn(edge.from)),
  };
}

/** Not of the times on the wall, which waver by a millisecond. */
function guardVersion(guard: MassExpiryGuard): string {
  return JSON.stringify(
    guard.services().map((name) => {
      const hold = guard.hold(name);
      return [name, hold?.since, hold?.until, hold?.held.size];
    }),
  );
}
