import type { Instance } from '@rollcall/contracts';
import { counted, figure } from '../state/figures';
import { instanceKey, type Traffic } from '../state/traffic';
import type { Action } from './action';

export interface Consequence {
  /** In numbers, a sentence each. */
  readonly sentences: readonly string[];
  /** Nobody would be left to answer: the name of the service is asked for. */
  readonly takesTheLast: boolean;
}

/** What comes of an action, as far as it can be known beforehand. @param instances all of the service */
export function consequenceOf(
  action: Action,
  instances: readonly Instance[],
  traffic: Pick<Traffic, 'instances'>,
): Consequence {
  switch (action.kind) {
    case 'drain':
    case 'out':
      return taking(action.instance, instances, traffic);
    case 'eject':
      return {
        ...taking(action.instance, instances, traffic),
        sentences: [
          'Only the gateways that you choose stop using it; the catalog and everybody else do not change.',
          ...taking(action.instance, instances, traffic).sentences,
        ],
      };
    case 'back':
      return {
        sentences: [
          `It gets traffic again as soon as it is up: ${upOf(instances)} of ${instances.length} are up now.`,
        ],
        takesTheLast: false,
      };
    case 'restore':
      return {
        sentences: ['Every ejection of it ends, at the gateways that you choose.'],
        takesTheLast: false,
      };
    case 'release':
      return {
        sentences: [
          `${counted(action.held, 'instance')} of ${action.service} ${action.held === 1 ? 'is' : 'are'} evicted at once, which leaves ${instances.length - action.held} listed and ${upOf(instances)} up.`,
          'If they live, they register again by themselves as soon as they reach the registry.',
        ],
        // The guard stands between a cut network and an empty service: a click must not be enough.
        takesTheLast: true,
      };
  }
}

function taking(
  instance: Instance,
  instances: readonly Instance[],
  traffic: Pick<Traffic, 'instances'>,
): Consequence {
  const up = instances.filter(({ status }) => status === 'up');
  const others = up.filter(({ instance_id }) => instance_id !== instance.instance_id);
  const rateOf = ({ service_name, instance_id }: Instance) =>
    traffic.instances.get(instanceKey(service_name, instance_id))?.perSecond ?? 0;
  const rate = rateOf(instance);
  const takesTheLast = instance.status === 'up' && others.length === 0;
  const sentences = [
    takesTheLast
      ? `No instance of ${instance.service_name} is up then: its requests are held for a moment, and refused.`
      : `Leaves ${others.length} of ${instances.length} up.`,
  ];
  if (rate > 0)
    sentences.push(
      others.length === 0
        ? `It takes ${figure(rate)} requests a second now.`
        : `It takes ${figure(rate)} requests a second now; each of the others would take about ${figure(rate / others.length)} more.`,
    );
  return { sentences, takesTheLast };
}

function upOf(instances: readonly Instance[]): number {
  return instances.filter(({ status }) => status === 'up').length;
}
