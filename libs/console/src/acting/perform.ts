import { gatewayNames } from '../gateways/gateway-names';
import type { Answer } from '../state/api';
import { clock, counted } from '../state/figures';
import { source } from '../state/store';
import type { Action } from './action';
import type { Fields } from './action-fields';

type Said = Answer<readonly string[]>;

const said = (...lines: readonly string[]): Said => ({ ok: true, value: lines });

/** Does it. The answer is what to tell whoever asked for it. */
export async function perform(action: Action, fields: Fields): Promise<Said> {
  const from = source.peek();
  if (action.kind === 'eject' || action.kind === 'restore') return atGateways(action, fields);
  const registry = from?.registry;
  if (registry === undefined)
    return {
      ok: false,
      fault: { status: 0, code: 'NO_REGISTRY', detail: 'A gateway does not change the catalog.' },
    };
  switch (action.kind) {
    case 'drain': {
      const answer = await registry.drain(action.instance);
      return answer.ok ? said() : answer;
    }
    case 'out': {
      const { reason, forMs } = fields;
      const answer = await registry.putOut(action.instance, {
        reason: reason.trim(),
        ...(forMs !== undefined && { for_ms: forMs }),
      });
      const end = forMs === undefined ? 'until it is put back' : `until ${clock(Date.now() + forMs)}`;
      return answer.ok ? said(`It is out of service ${end}.`) : answer;
    }
    case 'back': {
      const answer = await registry.putBack(action.instance);
      return answer.ok ? said('The override is removed.') : answer;
    }
    case 'release': {
      const answer = await registry.releaseGuard(action.service);
      return answer.ok ? said(`${counted(answer.value.released.length, 'instance')} evicted.`) : answer;
    }
  }
}

/** Each gateway is asked by itself, and what each of them answers is said. */
async function atGateways(
  action: Extract<Action, { readonly kind: 'eject' | 'restore' | 'drain' | 'out' | 'back' }>,
  fields: Fields,
): Promise<Said> {
  const { instance_id: id, service_name } = action.instance;
  const order = {
    service_name,
    ...(action.kind === 'eject' && { reason: fields.reason.trim() }),
    ...(action.kind === 'eject' && fields.forMs !== undefined && { for_ms: fields.forMs }),
  };
  const change = action.kind === 'eject' ? 'eject' : 'restore';
  const fleet = source.peek()?.fleet;
  const known = await fleet?.gateways();
  if (fleet === undefined || known === undefined) return said();
  if (!known.ok) return known;
  const chosen = [...gatewayNames(known.value.gateways)].filter(
    ([name, { answers }]) => answers === 'on' && (fields.gateways?.includes(name) ?? true),
  );
  if (chosen.length === 0)
    return { ok: false, fault: { status: 0, code: 'NO_GATEWAY', detail: 'No gateway is chosen.' } };
  const answers = await Promise.all(
    chosen.map(async ([name, gateway]) => [name, await fleet.order(gateway, change, id, order)] as const),
  );
  return said(
    ...answers.map(([gateway, answer]) =>
      answer.ok
        ? `${gateway}: ${change === 'eject' ? 'ejected' : 'restored'}.`
        : `${gateway}: ${answer.fault.detail}`,
    ),
  );
}
