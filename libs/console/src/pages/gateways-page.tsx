import { GatewayDetails } from '../gateways/gateway-details';
import { gatewayLines } from '../gateways/gateway-lines';
import { GatewaysTable } from '../gateways/gateways-table';
import { useGateways } from '../gateways/use-gateways';
import { choices } from '../shell/navigation';
import { counted } from '../state/figures';
import { traffic } from '../state/store';

/** Each gateway: what it has in force, what it thinks of instances, and whether it has the same as the others. */
export default function GatewaysPage() {
  const { g } = choices.value;
  const { gateways, fault, isKnown } = useGateways();
  const lines = gatewayLines(gateways, traffic.value.reporters);
  const open = lines.find(({ id }) => id === g)?.known;
  const differing = lines.filter(({ hasUsualRoutes }) => !hasUsualRoutes).length;
  return (
    <>
      <div class="head">
        <h1>Gateways</h1>
        <span class="dim">
          {lines.length === 0
            ? ''
            : differing === 0
              ? `${counted(lines.length, 'gateway')}${lines.length === 1 ? '' : ', all with the same routes'}`
              : `${differing} of ${lines.length} with other routes than most`}
        </span>
      </div>
      {fault === undefined ? null : (
        <div class="banner" role="status">
          <b>The gateways cannot be asked.</b> <span class="dim">{fault}</span>
        </div>
      )}
      <section class="panel" aria-label="Gateways">
        {isKnown && lines.length === 0 ? (
          <p class="empty">
            No gateway follows this registry. Start one: <code>rollcall up</code>, or the gateway with{' '}
            <code>REGISTRY_URL={location.origin}</code>
          </p>
        ) : (
          <GatewaysTable lines={lines} open={g} />
        )}
      </section>
      {open === undefined ? null : <GatewayDetails key={g} gateway={open} />}
    </>
  );
}
