import type { RegistryGuard } from '@rollcall/contracts';
import { clock } from '../../state/figures';
import { catalog, guards } from '../../state/store';
import { hrefTo } from '../../shell/navigation';
import { Countdown } from '../../parts/ago';
import { ActButton } from '../../parts/act-button';
import { Icon } from '../../parts/icon';

/** While the mass-expiry guard holds instances: whose, why, and until when. */
export function GuardBanners() {
  return (
    <>
      {guards.value.map((guard) => (
        <GuardBanner key={guard.service_name} guard={guard} />
      ))}
    </>
  );
}

export function GuardBanner({ guard: { service_name, held, until } }: { readonly guard: RegistryGuard }) {
  const instances = catalog.value.get(service_name)?.instances ?? [];
  const up = instances.filter(({ status }) => status === 'up').length;
  return (
    <div class="banner" role="status">
      <Icon name="shield" />
      <div>
        <b>
          The mass-expiry guard keeps {held} of {instances.length} instances of {service_name}.
        </b>{' '}
        <span class="dim">
          They fell silent together: more likely cut off than dead.{' '}
          {up === 0
            ? 'None is up: they get the traffic, as the last resort.'
            : up === 1
              ? 'The one that is up gets all traffic.'
              : `The ${up} that are up get all traffic.`}{' '}
          Ends by itself at {clock(until * 1000)}, in <Countdown until={until * 1000} />.
        </span>
      </div>
      <div class="right">
        <a class="btn small" href={hrefTo({ page: 'service', name: service_name })}>
          Explain
        </a>
        <ActButton action={{ kind: 'release', service: service_name, held }} warns>
          Release…
        </ActButton>
      </div>
    </div>
  );
}
