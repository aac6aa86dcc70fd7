import {
  acknowledgeRequestSchema,
  drainProgressQuerySchema,
  drainQuerySchema,
  drainRequestSchema,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { instanceNotFound } from '../errors';
import { describeDrain, describeProgress, type DescribeDrainDeps } from '../use-cases/describe-drain';
import { acknowledge, drain, type DrainDeps } from '../use-cases/drain';
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

export interface DrainApiOptions extends DrainDeps, DescribeDrainDeps {
  /** A drain beyond it is answered without a wait: its instance drains all the same. */
  readonly waits: WaitLimit;
  /** Aborts when the registry shuts down: waiting calls are answered. */
  readonly closing: AbortSignal;
  /** A pseudonym of a subscriber; unlike the id it does not allow acknowledging in its name. */
  readonly aliasOf: (subscriber: string) => string;
}

/** Drains, and the acknowledgements that they wait for. */
export function drainApi(options: DrainApiOptions): readonly CallDefinition[] {
  const { catalog, waits, closing, aliasOf } = options;
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
    return { status: 200, body: describeDrain(options, outcome, shownTo(caller)) };
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
    return { status: 200, body: describeProgress(options, record, shownTo(caller)) };
  }

  function shownTo(caller: Call['caller']): (subscriber: string) => string {
    return caller.may('admin') ? (subscriber) => subscriber : aliasOf;
  }

  async function answerAcknowledge({ body, caller }: Call): Promise<Reply> {
    return replyToSubscriber(acknowledge(options, await body(acknowledgeRequestSchema)), caller);
  }
}
