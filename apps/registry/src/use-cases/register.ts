import type { Instance, RegisterRequest } from '@rollcall/contracts';
import { USUAL_RIGHTS, type RouteRights } from '../access/route-rights';
import { decideRegistration, type RegistrationDecision } from '../catalog/decisions/registration-decision';
import type { RouteBounds } from '../catalog/decisions/route-decision';
import type { UsualLease } from '../catalog/heartbeat-interval';
import { toInstance } from '../catalog/instance/instance-record';
import { registrationFrom } from '../catalog/instance/registration';
import type { Holdings } from '../shares/holdings';
import type { Holder } from '../shares/shares';
import type { ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';
import { renewLease } from './heartbeat';

export interface RegisterDeps extends ApplyEventDeps {
  readonly holdings: Holdings;
  readonly routeBounds: RouteBounds;
  readonly usualLease: UsualLease;
  /** Generates the id of an instance that has none. */
  readonly newId: () => string;
}

export type RegisterResult =
  /** A new incarnation is listed, alone at its address. */
  | { readonly kind: 'listed'; readonly instance: Instance }
  /** The same registration was listed already; this counts as its heartbeat. */
  | { readonly kind: 'stands'; readonly instance: Instance }
  | Extract<RegistrationDecision, { kind: 'full' }>;

/**
 * @param by who registers: a caller's identity, which has the `rights`
 * @param holder for whom the place counts
 */
export async function register(
  deps: RegisterDeps,
  request: RegisterRequest,
  by: string,
  rights: RouteRights = USUAL_RIGHTS,
  holder: Holder = {},
): Promise<RegisterResult> {
  const { catalog, store, clock, holdings, routeBounds, usualLease, newId } = deps;
  const { epochMs } = clock.moment();
  const newcomer = {
    registration: registrationFrom(request, usualLease.ttlSeconds),
    instanceId: request.instance_id,
    status: request.status,
  };

  const { decision, committed } = await commitDecision<RegistrationDecision>(store, () =>
    decideRegistration(catalog, newcomer, {
      limitReached: (serviceName) => holdings.refusal(serviceName, holder),
      routeBounds,
      newId,
      epochMs,
      by,
      rights,
    }),
  );
  switch (decision.kind) {
    case 'stands': {
      await renewLease(deps, decision.entry, request.status, by);
      const { record, heardAt } = decision.entry;
      if (holdings.isUnowned(record.instanceId, record.registration.serviceName))
        holdings.own(record.instanceId, record.registration.serviceName, holder);
      return { kind: 'stands', instance: toInstance(record, heardAt) };
    }
    case 'lists': {
      const record = committed?.put[0];
      if (record === undefined) throw new Error('a registration was committed without its record');
      holdings.own(record.instanceId, record.registration.serviceName, holder);
      return { kind: 'listed', instance: toInstance(record, epochMs) };
    }
    case 'full':
      return decision;
  }
}
