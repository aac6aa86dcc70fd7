import {
  acknowledgeRequestSchema,
  drainQuerySchema,
  drainRequestSchema,
  type DrainResponse,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { instanceNotFound } from '../errors';
import { acknowledge, drain, type DrainDeps } from '../use-cases/drain';
import type { Call, CallDefinition } from './call-route';
import { goneSignal } from './gone-signal';
import { authoriseTarget, instancePathSchema, listedEntry } from './instance-target';
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
}

/** Drains, and the acknowledgements that they wait for. */
export function drainApi(options: DrainApiOptions): readonly CallDefinition[] {
  const { catalog, waits, closing, aliasOf } = options;
  return [
    { method: 'POST', path: '/instances/:id/drain', needs: 'write', traced: true, answer: answerDrain },
    // The stream's secret authorises an acknowledgement.
    { method: 'POST', path: '/acks', needs: 'nothing', answer: answerAcknowledge },
  ];

  async function answerDrain({ params, query, body, caller, res, span }: Call): Promise<Reply> {
    const { id } = params(instancePathSchema);
    const { wait_ms: waitMs } = query(drainQuerySchema);
    const reference = { ...(await body(drainRequestSchema)), instance_id: id };
    const { resolved, needed, actor } = authoriseTarget(catalog, reference, caller);
    const entry = listedEntry(resolved);
    span?.set(entryAttributes(entry));
    const holder = { ...caller.holder(), service: entry.record.registration.serviceName };
    const onAcknowledged = (subscriber: string): void =>
      span?.addEvent('acknowledged', { 'rollcall.subscriber': aliasOf(subscriber) });
    const response = await drain(options, entry, actor, async (wait) => {
      const signal = goneSignal(res, closing, (end) => caller.whileAllowed(needed, end));
      if (waits.admits(holder)) await waits.run(holder, () => wait({ waitMs, signal, onAcknowledged }));
    });
    // The permission may have been revoked meanwhile; the instance drains all the same.
    caller.require(needed);
    if (response === undefined) throw instanceNotFound();
    const named = caller.may('admin') ? (subscriber: string) => subscriber : aliasOf;
    const { acked, missing } = response;
    span?.set({ 'rollcall.drain.acknowledged': acked.length, 'rollcall.drain.missing': missing.length });
    const answer: DrainResponse = { ...response, acked: acked.map(named), missing: missing.map(named) };
    return { status: 200, body: answer };
  }

  async function answerAcknowledge({ body, caller }: Call): Promise<Reply> {
    return replyToSubscriber(acknowledge(options, await body(acknowledgeRequestSchema)), caller);
  }
}
