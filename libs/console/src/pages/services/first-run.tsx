import { RegistryLinks } from '../../parts/registry-links';
import { registry, source } from '../../state/store';

/** What an empty registry shows: how the first instance gets there. It goes away by itself when one is there. */
export function FirstRun() {
  const at = location.origin;
  if (source.value?.kind === 'gateway')
    return (
      <section class="panel empty">
        <h1>This gateway knows no service yet</h1>
        <p>
          It shows them here as soon as a registry that it follows lists one: <RegistryLinks />
        </p>
      </section>
    );
  const seconds = registry.value?.lease.heartbeat_interval_seconds ?? 10;
  return (
    <section class="panel first-run" aria-labelledby="first">
      <h1 id="first">No service is registered yet</h1>
      <p class="dim" role="status">
        <i class="waiting" aria-hidden="true" /> This page is waiting for the first instance, and shows it as
        soon as it is there. Three ways:
      </p>
      <ol>
        <li>
          <h2>Any program, from outside</h2>
          <p class="dim">
            It is registered once it listens, and taken off the list before it is told to stop.
          </p>
          <code>
            REGISTRY_URL={at} rollcall run --service hello --port 9000 -- python3 -m http.server 9000
          </code>
        </li>
        <li>
          <h2>A Node program, from inside</h2>
          <p class="dim">The library keeps it registered, finds others, and drains at the end.</p>
          <code>npm install @rollcall/registry-client</code>
        </li>
        <li>
          <h2>By hand</h2>
          <p class="dim">Anything that speaks HTTP; then a heartbeat every {seconds} s.</p>
          <code>
            curl {at}/register -H 'Content-Type: application/json' -d '
            {'{"service_name":"hello","url":"http://127.0.0.1:9000"}'}'
          </code>
        </li>
      </ol>
    </section>
  );
}
