import type { GatewaysResponse, GatewayState, KnownGateway } from '@rollcall/contracts';
import { objectSchema } from '@rollcall/service-kit';
import { listOf, seconds, text, wholeNumber } from './vocabulary';

const state = objectSchema<GatewayState>({
  version: text('Of the gateway'),
  node: text('The version of Node that it runs on'),
  synced: { type: 'boolean', description: 'It has had everything from a registry once' },
  routes_digest: text('Equal at gateways with the same routes in force'),
  routes: wholeNumber('Routes in force'),
  refused_routes: wholeNumber('Announcements that are refused'),
  upstreams: wholeNumber('Instances that it knows'),
  in_flight: wholeNumber('Requests'),
  ejected: listOf({ type: 'object', description: 'As at `GET /upstreams` of its admin port' }),
});

const gateway = objectSchema<KnownGateway>({
  instance_id: { type: 'string' },
  service_name: { type: 'string' },
  actor: text('The name of the token that opened its stream'),
  answers: { enum: ['read', 'on'] },
  connected_since: seconds,
  state: { anyOf: [state, { type: 'null' }] },
  fault: { type: ['string', 'null'], description: 'Why there is no `state`' },
});

/** What is answered of gateways. */
export const gatewaySchemas = {
  GatewaysResponse: objectSchema<GatewaysResponse>({ gateways: listOf(gateway) }),
};
