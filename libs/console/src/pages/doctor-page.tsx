import {
  examine,
  FLEET_CHECKS,
  GATEWAY_CHECKS,
  type Diagnosis,
  type Examined,
  type Level,
} from '@rollcall/diagnosis';
import { useEffect, useState } from 'preact/hooks';
import { askFleet, fleetFacts, type AskedFacts } from '../doctor/fleet-facts';
import { HEARD_FROM_REGISTRY } from '../doctor/heard-from-registry';
import { CopyButton } from '../parts/copy-button';
import { RegistryLinks } from '../parts/registry-links';
import { choices, choose } from '../shell/navigation';
import { counted } from '../state/figures';
import { repeat } from '../state/repeat';
import { catalog, events, registry, serverNow, source, traffic } from '../state/store';

const EVERY_MS = 10_000;
const AREAS: Readonly<Partial<Record<Examined['area'], string>>> = {
  registry: 'The registry',
  catalog: 'What is registered',
  gateways: 'Gateways',
};
const ONE_GATEWAY: typeof AREAS = { gateways: 'This gateway' };
const MARKS: Readonly<Record<Level, { readonly mark: string; readonly kind: string }>> = {
  ok: { mark: '✓', kind: 'up' },
  warn: { mark: '!', kind: 'suspect' },
  fail: { mark: '✕', kind: 'gone' },
};

/** What is wrong, and what mends it: the checks of `rollcall doctor` that need nothing but what the APIs say. */
export default function DoctorPage() {
  const { strict, only } = choices.value;
  const asked = useAsked();
  const isOneGateway = source.value?.kind === 'gateway';
  const diagnosis =
    asked &&
    examine(
      isOneGateway ? [HEARD_FROM_REGISTRY, ...GATEWAY_CHECKS] : FLEET_CHECKS,
      {
        ...fleetFacts(
          {
            nowMs: serverNow.value,
            registry: registry.value,
            catalog: catalog.value,
            events: events.value,
            // The picture of one gateway has what it thinks of instances, and not what it holds.
            reporters: isOneGateway ? [] : traffic.value.reporters,
          },
          asked,
        ),
        isSynced: asked.gateways.ok ? asked.gateways.value[0]?.known.state?.synced : undefined,
      },
      { strict: strict !== undefined },
    );
  return (
    <>
      <div class="head">
        <h1>Doctor</h1>
        {diagnosis === undefined ? <span class="dim">examining…</span> : <Summary diagnosis={diagnosis} />}
        <div class="right wrap">
          <Toggle name="only" value="faults" is={only !== undefined}>
            only what is wrong
          </Toggle>
          <Toggle name="strict" value="on" is={strict !== undefined}>
            strict: as in production
          </Toggle>
          {diagnosis === undefined ? null : (
            <CopyButton text={() => JSON.stringify(diagnosis, null, 2)}>Copy report</CopyButton>
          )}
        </div>
      </div>
      {diagnosis === undefined
        ? null
        : Object.entries(isOneGateway ? ONE_GATEWAY : AREAS).map(([area, title]) => (
            <Area
              key={area}
              title={title}
              checks={diagnosis.checks.filter(
                (one) => one.area === area && (only === undefined || one.level !== 'ok'),
              )}
            />
          ))}
      {isOneGateway ? (
        <p class="dim note more">
          The registry, and what is registered, are examined by the console of the registry: <RegistryLinks />
        </p>
      ) : null}
      <p class="faint note more">
        {diagnosis !== undefined && diagnosis.left_out.length > 0
          ? `Not examined, as what they judge by is not known here: ${diagnosis.left_out.join(', ').replaceAll('_', ' ')}. `
          : ''}
        How a registry is reached, TLS and containers are examined by <code>rollcall doctor</code>.
      </p>
    </>
  );
}

function useAsked(): AskedFacts | undefined {
  const [asked, setAsked] = useState<AskedFacts>();
  const from = source.value;
  useEffect(() => {
    if (from === undefined) return;
    return repeat(EVERY_MS, async () => setAsked(await askFleet(from)));
  }, [from]);
  return asked;
}

function Summary({ diagnosis: { checks, failures, warnings } }: { readonly diagnosis: Diagnosis }) {
  return (
    <>
      {failures > 0 ? <span class="pill gone">{counted(failures, 'failure')}</span> : null}
      {warnings > 0 ? <span class="pill suspect">{counted(warnings, 'warning')}</span> : null}
      {failures + warnings === 0 ? <span class="pill up">all well</span> : null}
      <span class="dim o">{counted(checks.length, 'check')}, again every 10 s</span>
    </>
  );
}

interface ToggleProps {
  readonly name: string;
  readonly value: string;
  readonly is: boolean;
  readonly children: string;
}

function Toggle({ name, value, is, children }: ToggleProps) {
  return (
    <button
      class={`chip small${is ? ' on' : ''}`}
      aria-pressed={is}
      onClick={() => choose({ [name]: is ? undefined : value })}
    >
      {children}
    </button>
  );
}

/** What fails comes first. */
const ORDER: readonly Level[] = ['fail', 'warn', 'ok'];

function Area({ title, checks }: { readonly title: string; readonly checks: readonly Examined[] }) {
  const ordered = [...checks].sort((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level));
  return (
    <section class="panel area" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      <ul class="checks">
        {ordered.map(({ id, level, text, mend }) => (
          <li key={id} class={level}>
            <span class={`d ${MARKS[level].kind}`} role="img" aria-label={level}>
              {MARKS[level].mark}
            </span>
            <div>
              <div>{text.charAt(0).toUpperCase() + text.slice(1)}</div>
              {mend === null ? null : <div class="dim note">{mend}</div>}
            </div>
            <span class="faint mono id o">{id}</span>
          </li>
        ))}
        {ordered.length === 0 ? <li class="dim none">Nothing is wrong here.</li> : null}
      </ul>
    </section>
  );
}
