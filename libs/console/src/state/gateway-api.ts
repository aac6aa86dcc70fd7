import type { GatewaysResponse, KnownGateway } from '@rollcall/contracts';
import type { Answer, Call } from './api';

/** Which service's instance is meant; of an ejection, what it says of itself. */
export interface GatewayOrder {
  readonly service_name: string;
  readonly reason?: string;
  readonly for_ms?: number;
}

/** Which gateway is asked: an id is unique within its service only. */
export type GatewayIdentity = Pick<KnownGateway, 'instance_id' | 'service_name'>;

/** Gateways, and what each of them answers and does. */
export interface GatewayApi {
  /** Those that can be asked. */
  readonly gateways: () => Promise<Answer<GatewaysResponse>>;
  /** `routes`, `upstreams`, `config`, `explain?path=…`. */
  readonly ask: <T>(gateway: GatewayIdentity, question: string) => Promise<Answer<T>>;
  readonly order: (
    gateway: GatewayIdentity,
    change: 'eject' | 'restore',
    instanceId: string,
    order: GatewayOrder,
  ) => Promise<Answer<unknown>>;
}

/** The gateways that can be asked through a registry, over the stream that each holds open there. */
export function createGatewayApi(call: Call): GatewayApi {
  const at = encodeURIComponent;
  return {
    gateways: () => call('GET', '/gateways'),
    ask({ instance_id, service_name }, question) {
      const joint = question.includes('?') ? '&' : '?';
      return call('GET', `/gateways/${at(instance_id)}/${question}${joint}service=${at(service_name)}`);
    },
    order({ instance_id, service_name }, change, instanceId, order) {
      const path = `/gateways/${at(instance_id)}/upstreams/${at(instanceId)}/${change}`;
      return call('POST', `${path}?service=${at(service_name)}`, order);
    },
  };
}
