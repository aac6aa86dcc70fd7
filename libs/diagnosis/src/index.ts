export { fail, nameOf, ok, unless, warn, type Area, type Check, type Finding, type Level } from './check';
export { examine, FLEET_CHECKS, type Diagnosis, type Examined } from './examine';
export { GATEWAY_CHECKS } from './gateway-checks';
export { valueOf, type FleetFacts, type GatewayFacts, type Known, type Metrics } from './fleet-facts';
