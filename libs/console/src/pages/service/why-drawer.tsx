import type { ExplainedInstance, ExplainResponse, Instance } from '@rollcall/contracts';
import { age, shortId } from '../../state/figures';
import { guards, serverNow, traffic } from '../../state/store';
import { instanceKey } from '../../state/traffic';
import { whyChain } from '../../state/why-chain';
import { quoted } from '../../acting/command';
import { moment } from '../../shell/moment';
import { hrefWith } from '../../shell/navigation';
import { ActButton } from '../../parts/act-button';
import { CopyButton } from '../../parts/copy-button';
import { Value } from '../../parts/value';

const SIGNS = { ok: '✓', no: '✕', warn: '!', next: '→' } as const;

/** Why an instance does or does not get traffic, link by link, and what can be done about it. */
export function WhyDrawer(props: {
  readonly instance: Instance;
  readonly explanation: ExplainResponse | undefined;
}) {
  const { instance, explanation } = props;
  const { service_name, instance_id } = instance;
  const explained = explanation?.instances.find((one) => one.instance_id === instance_id);
  return (
    <aside class="panel why" aria-labelledby="why">
      <header>
        <h2 id="why">
          Why does <span class="mono">{shortId(instance_id)}</span>{' '}
          {explained === undefined || explained.traffic.gets ? 'get traffic?' : 'get no traffic?'}
        </h2>
        <div class="right">
          <a class="btn small" href={hrefWith({ i: undefined })} data-escape>
            Close <kbd aria-hidden="true">esc</kbd>
          </a>
        </div>
      </header>
      <dl class="kv">
        <dt>Address</dt>
        <dd class="mono">
          <Value text={instance.url} />
        </dd>
        <dt>Id</dt>
        <dd class="mono">{instance_id}</dd>
        <dt>Life</dt>
        <dd class="mono">
          epoch {instance.epoch} · {age(serverNow.value - instance.registered_at * 1000)}
        </dd>
        {Object.entries(instance.metadata).map(([key, value]) => (
          <MetadataEntry key={key} name={key} value={value} />
        ))}
      </dl>
      {moment.value === undefined ? null : (
        <div class="mend">
          Reasons are told of the present; of this moment its status and its events are kept.
        </div>
      )}
      {explanation === undefined || explained === undefined ? null : (
        <Chain instance={instance} explanation={explanation} explained={explained} />
      )}
      <div class="acts">
        <ActButton action={{ kind: 'drain', instance }}>
          {instance.status === 'draining' ? 'Draining…' : 'Drain…'}
        </ActButton>
        {instance.status === 'out_of_service' ? (
          <ActButton action={{ kind: 'back', instance }}>Put back…</ActButton>
        ) : (
          <ActButton action={{ kind: 'out', instance }} warns={instance.status === 'suspect'}>
            Take out of service…
          </ActButton>
        )}
        <ActButton action={{ kind: 'eject', instance }}>Eject…</ActButton>
        {traffic.value.ejections.has(instanceKey(service_name, instance_id)) ? (
          <ActButton action={{ kind: 'restore', instance }}>Restore…</ActButton>
        ) : null}
        <CopyButton text={() => location.href}>Copy link</CopyButton>
        <CopyButton text={() => JSON.stringify({ instance, explained }, null, 2)}>Copy as JSON</CopyButton>
        <CopyButton text={() => `rollcall get ${quoted(`${service_name}/${instance_id}`)}`}>
          Copy as CLI
        </CopyButton>
      </div>
      <details class="raw">
        <summary>As JSON</summary>
        <pre class="mono">{JSON.stringify({ instance, explained }, null, 2)}</pre>
      </details>
    </aside>
  );
}

function MetadataEntry({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt title={name}>{name}</dt>
      <dd class="mono" title={value}>
        <Value text={value} />
      </dd>
    </>
  );
}

function Chain(props: {
  readonly instance: Instance;
  readonly explanation: ExplainResponse;
  readonly explained: ExplainedInstance;
}) {
  const { instance, explanation, explained } = props;
  const { service_name, instance_id } = instance;
  const { attempts, instances, ejections } = traffic.value;
  const steps = whyChain({
    explained,
    service: explanation,
    guard: guards.value.find((guard) => guard.service_name === service_name),
    flow: instances.get(instanceKey(service_name, instance_id)),
    serviceFlow: attempts.get(service_name),
    ejections: ejections.get(instanceKey(service_name, instance_id)) ?? [],
    now: serverNow.value,
  });
  return (
    <>
      <ol>
        {steps.map(({ mark, title, text }) => (
          <li key={title}>
            <span class={`d ${mark}`} aria-hidden="true">
              {SIGNS[mark]}
            </span>
            <div>
              <b>{title}</b>
              <div class="x">{text}</div>
            </div>
          </li>
        ))}
      </ol>
      {explained.traffic.mend === null ? null : (
        <div class="mend">
          <b>Mend:</b> {explained.traffic.mend}
        </div>
      )}
      {explained.warnings.map((warning) => (
        <div key={warning} class="mend warning">
          {warning}
        </div>
      ))}
      {explained.refused_routes.map(({ host, path_prefix, reason }) => (
        <div key={`${host ?? ''}${path_prefix}`} class="mend warning">
          Route <code>{`${host ?? ''}${path_prefix}`}</code> is refused: {reason}
        </div>
      ))}
    </>
  );
}
