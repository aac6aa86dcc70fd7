import type { GatewayIdentity } from '../state/gateway-api';

/**
 * What each gateway is called among these: its id, and its service before it where another service has one of that id.
 * Under one name an order would reach the other one, and its answers would stand for those of both.
 */
export function gatewayNames<G extends GatewayIdentity>(gateways: readonly G[]): ReadonlyMap<string, G> {
  const counts = new Map<string, number>();
  for (const { instance_id: id } of gateways) counts.set(id, (counts.get(id) ?? 0) + 1);
  return new Map(
    gateways.map((gateway) => {
      const { service_name, instance_id: id } = gateway;
      return [counts.get(id) === 1 ? id : `${service_name}/${id}`, gateway];
    }),
  );
}
