import { fail, ok, type Check, type FleetFacts } from '@rollcall/diagnosis';

/** What a gateway's own console judges by besides. */
export interface OwnGatewayFacts extends FleetFacts {
  /** Whether the gateway has had everything from a registry once; `undefined` where that is not known. */
  readonly isSynced: boolean | undefined;
}

/** Of a gateway that a registry lists this is plain; at its own admin port it is the first thing to ask. */
export const HEARD_FROM_REGISTRY: Check<OwnGatewayFacts> = {
  id: 'heard_from_registry',
  area: 'gateways',
  run({ isSynced }) {
    if (isSynced === undefined) return undefined;
    return isSynced
      ? ok('the gateway has had everything from a registry')
      : fail(
          'the gateway has not had everything from a registry yet, and may know no instance',
          'look for resolver_disconnected in its log, and whether it reaches its REGISTRY_URL',
        );
  },
};
