import type { Random } from '@rollcall/load-balancing';
import type { RegistryHttp } from '../registry/registry-access';
import type { RegistryCalls } from '../registry/registry-calls';
import type { RegistryFailover } from '../registry/registry-failover';
import type { HeartbeatTimer } from './heartbeat-timer';
import type { MembershipPlan } from './membership-plan';
import type { PauseSwitch } from './pause-switch';
import type { RegistrarReport } from './registrar-report';
import type { SentRegistrations } from './sent-registrations';

/** What the phases of one membership share. */
export interface MembershipScope {
  readonly plan: MembershipPlan;
  readonly calls: RegistryCalls;
  /** For sessions, each of which has a connection of its own. */
  readonly streams: RegistryHttp;
  readonly failover: RegistryFailover;
  readonly sentRegistrations: SentRegistrations;
  readonly report: RegistrarReport;
  readonly random: Random;
  /** Fires when the registrar begins to stop: every wait ends, nothing new is sent. */
  readonly halted: AbortSignal;
  /** Fire it to have the next heartbeat sent at once. */
  readonly heartbeatTimer: HeartbeatTimer;
  readonly pauseSwitch: PauseSwitch;
}
