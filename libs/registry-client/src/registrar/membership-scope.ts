import type { Random } from '@rollcall/load-balancing';
import type { RegistryHttp } from '../registry/registry-access';
import type { RegistryCalls } from '../registry/registry-calls';
import type { RegistryTurn } from '../registry/registry-turn';
import type { Alarm } from './alarm';
import type { MembershipPlan } from './membership-plan';
import type { RegistrarEvent } from './registrar-event';
import type { RegistrarState } from './registrar-state';
import type { Registrations } from './registrations';
import type { Suspension } from './suspension';

/** Where a membership tells what happens. Plain data only: it may have to cross to another thread. */
export interface MembershipReport {
  event(event: RegistrarEvent): void;
  state(state: RegistrarState): void;
}

/** What the phases of one membership share. */
export interface MembershipScope {
  readonly plan: MembershipPlan;
  readonly calls: RegistryCalls;
  /** For what stays open; a session has a connection of its own. */
  readonly streams: RegistryHttp;
  readonly turn: RegistryTurn;
  readonly registrations: Registrations;
  readonly report: MembershipReport;
  readonly random: Random;
  /** Fires when the end begins: no wait goes on, nothing new is sent. */
  readonly halted: AbortSignal;
  /** Has the next heartbeat sent at once. */
  readonly beatAlarm: Alarm;
  readonly suspension: Suspension;
}
