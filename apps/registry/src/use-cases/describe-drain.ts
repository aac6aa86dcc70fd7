import type { DrainProgress, DrainResponse, DrainSubscriber } from '@rollcall/contracts';
import { ANONYMOUS } from '../access/authorise';
import type { Catalog } from '../catalog/catalog';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import { epochSeconds } from '../catalog/moment';
import { isDraining, type DrainingServices } from '../watch/draining-services';
import { believedName } from '../watch/subscriber-names';
import type { AwaitAcknowledgementsDeps } from './await-acknowledgements';
import { drainOutcome, type DrainOutcome } from './drain';

export interface DescribeDrainDeps extends AwaitAcknowledgementsDeps {
  readonly catalog: Catalog;
  readonly draining: DrainingServices;
}

/**
 * How far the drain of an instance has come, in words.
 *
 * @param shown what a subscriber is called: its id, or a pseudonym
 */
export function describeProgress(
  deps: DescribeDrainDeps,
  record: InstanceRecord,
  shown: (subscriber: string) => string,
): DrainProgress {
  const { serviceName, url } = record.registration;
  const since = deps.draining.since(serviceName, record.instanceId);
  return {
    service_name: serviceName,
    url,
    draining: isDraining(record),
    since: since === undefined ? null : epochSeconds(since),
    ...describeDrain(deps, drainOutcome(deps, record), shown),
  };
}

/** What a drain has come to, in words. */
export function describeDrain(
  { catalog, acknowledgements }: Pick<DescribeDrainDeps, 'catalog' | 'acknowledgements'>,
  outcome: DrainOutcome,
  shown: (subscriber: string) => string,
): DrainResponse {
  const { instanceId, epoch, revision, acked, missing, elsewhere, complete } = outcome;
  const states = new Map(elsewhere.map((state) => [state.subscriber, state]));
  return {
    instance_id: instanceId,
    epoch,
    revision,
    acked: acked.map(shown),
    missing: missing.map(shown),
    complete,
    subscribers: [...missing.map((id) => describe(id, false)), ...acked.map((id) => describe(id, true))],
  };

  function describe(id: string, isAcked: boolean): DrainSubscriber {
    const known = acknowledgements.known(id);
    const state = states.get(id);
    const name = known?.claim && believedName(catalog, known.claim);
    return {
      subscriber: shown(id),
      acked: isAcked,
      connected: known?.isConnected ?? state?.connected ?? false,
      instance_id: name?.instanceId ?? state?.instanceId ?? null,
      service_name: name?.serviceName ?? state?.serviceName ?? null,
      // Another replica leaves it empty where it does not know.
      actor: (known?.identity ?? state?.actor) || ANONYMOUS,
    };
  }
}
