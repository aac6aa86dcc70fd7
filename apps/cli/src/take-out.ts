import type { Instance, ServicesResponse } from '@rollcall/contracts';
import { confirm, type Confirmable } from './confirm';
import type { Session } from './session';

/** Has a person confirm it when instances are taken out of the traffic and a service is left without any that is up. */
export async function confirmTakingOut(
  session: Pick<Session, 'ask'>,
  options: Confirmable,
  { services }: ServicesResponse,
  taken: readonly Instance[],
): Promise<void> {
  const bare = leftWithout(services, taken);
  if (bare.length > 0)
    await confirm(session, options, `this leaves ${bare.join(' and ')} without an instance that is up`);
}

/** The services in question, of those that have an instance that is up now. */
export function leftWithout(
  services: ServicesResponse['services'],
  taken: readonly Instance[],
): readonly string[] {
  const names = new Set(taken.filter(isUp).map(({ service_name }) => service_name));
  const epochs = new Set(taken.map(({ epoch }) => epoch));
  return [...names].filter(
    (name) => !(services[name] ?? []).some((one) => isUp(one) && !epochs.has(one.epoch)),
  );
}

function isUp({ status }: Instance): boolean {
  return status === 'up';
}
