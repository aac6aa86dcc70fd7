import {
  acknowledgeRequestSchema,
  drainProgressQuerySchema,
  drainQuerySchema,
  drainRequestSchema,
  type DrainProgress,
  type DrainResponse,
  type DrainSubscriber,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { ANONYMOUS } from '../access/authorise';
import { epochSeconds } from '../catalog/moment';
import { instanceNotFound } from '../errors';
import { acknowledge, drain, drainOutcome, type DrainDeps, type DrainOutcome } from '../use-cases/drain';
import { believedName } from '../watch/subscriber-names';
import { isDraining, type DrainingServices } from '../watch/draining-services';
import type { Call, CallDefinition } from './call-route';
import { goneSignal } from './gone-signal';
import {
  catchUp,
  confirmedTarget,
  instancePathSchema,
  listedEntry,
  listedTarget,
  resolveTarget,
} from './instance-target';
import { entryAttributes } from './span-attributes';
import type { WaitLimit } from './wait-limit';
import { replyToSubscriber } from './watch-api';

export interface DrainApiOptions extends DrainDeps {
  /** A drain beyond it is answered without a wait: its instance drains all the same. */
  readonly waits: WaitLimit;
  /** Aborts when the registry shuts down: waiting calls are answered. */
  readonly closing: AbortSignal;
  /** A pseudonym of a subscriber; unlike the id it does not allow acknowledging in its name. */
  readonly aliasOf: (subscriber: string) => string;
  readonly drainingSince: DrainingServices['since'];
}

/** Drains, and the acknowledgements that they wait for. */
export function drainApi(options: DrainApiOptions): readonly CallDefinition[] {
  const { catalog, acknowledgements, waits, closing, aliasOf, drainingSince } = options;
  return [
    { method: 'POST', path: '/instances/:id/drain', needs: 'write', traced: true, answer: answerDrain },
    { method: 'GET', path: '/instances/:id/drain', needs: 'read', answer: answerProgress },
    // The stream's secret authorises an acknowledgement.
    { method: 'POST', path: '/acks', needs: 'nothing', answer: answerAcknowledge },
  ];

  async function answerDrain({ params, query, body, caller, res, span }: Call): Promise<Reply> {
    const { id } = params(instancePathSchema);
    const { wait_ms: waitMs } = query(drainQuerySchema);
    const reference = { ...(await body(drainRequestSchema)), instance_id: id };
    const { resolved, needed, actor } =
      listedTarget(options, reference, caller) ?? (await confirmedTarget(options, reference, caller));
    const entry = listedEntry(resolved);
    span?.set(entryAttributes(entry));
    const holder = { ...caller.holder(), service: entry.record.registration.serviceName };
    const onAcknowledged = (subscriber: string): void =>
      span?.addEvent('acknowledged', { 'rollcall.subscriber': aliasOf(subscriber) });
    const outcome = await drain(options, entry, actor, async (wait) => {
      const signal = goneSignal(res, closing, (end) => caller.whileAllowed(needed, end));
      if (waits.admits(holder)) await waits.run(holder, () => wait({ waitMs, signal, onAcknowledged }));
    });
    // The permission may have been revoked meanwhile; the instance drains all the same.
    caller.require(needed);
    if (outcome === undefined) throw instanceNotFound();
    const { acked, missing } = outcome;
    span?.set({ 'rollcall.drain.acknowledged': acked.length, 'rollcall.drain.missing': missing.length });
    return { status: 200, body: responseOf(outcome, caller) };
  }

  async function answerProgress({ params, query, caller }: Call): Promise<Reply> {
    const { id } = params(instancePathSchema);
    const { service, epoch } = query(drainProgressQuerySchema);
    const reference = {
      instance_id: id,
      ...(service !== undefined && { service_name: service }),
      ...(epoch !== undefined && { epoch }),
    };
    const known = resolveTarget(catalog, reference);
    if (known.kind !== 'found') await catchUp(options, reference);
    const { record } = listedEntry(resolveTarget(catalog, reference));
    const { serviceName, url } = record.registration;
    const since = drainingSince(serviceName, record.instanceId);
    const body: DrainProgress = {
      service_name: serviceName,
      url,
      draining: isDraining(record),
      since: since === undefined ? null : epochSeconds(since),
      ...responseOf(drainOutcome(options, record), caller),
    };
    return { status: 200, body };
  }

  function responseOf(outcome: DrainOutcome, caller: Call['caller']): DrainResponse {
    const shown = caller.may('admin') ? (subscriber: string) => subscriber : aliasOf;
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
        actor: known?.identity ?? state?.actor ?? ANONYMOUS,
      };
    }
  }

  async function answerAcknowledge({ body, caller }: Call): Promise<Reply> {
    return replyToSubscriber(acknowledge(options, await body(acknowledgeRequestSchema)), caller);
  }
}
