import type { RegistryResponse } from '@rollcall/contracts';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import { describeGuards, type DescribeRegistryDeps } from '../use-cases/describe-registry';
import { describeProgress, type DescribeDrainDeps } from '../use-cases/describe-drain';
import { concerns } from '../watch/watch-list';
import { createDrainTopic, type DrainTopicOptions } from './drain-topic';
import { createWholeTopic, type LiveTopic } from './live-topic';

export interface LiveTopicsOptions
  extends DescribeDrainDeps,
    Omit<DrainTopicOptions, 'describe'>,
    Pick<DescribeRegistryDeps, 'guard'> {
  readonly describeRegistry: () => RegistryResponse;
  /** A pseudonym of a subscriber: what is said is said to everybody who may read. */
  readonly aliasOf: (subscriber: string) => string;
}

const REGISTRY_EVERY_MS = 2000;

/** Everything on `/live` that has no revisions. */
export function liveTopics(options: LiveTopicsOptions): readonly LiveTopic[] {
  const { describeRegistry, aliasOf } = options;
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
      everyMs: REGISTRY_EVERY_MS,
      read: () => ({ type: 'registry', data: describeRegistry() }),
    }),
  ];
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
