import { useEffect, useState } from 'preact/hooks';
import type { KnownGateway } from '@rollcall/contracts';
import { gatewayNames } from '../gateways/gateway-names';
import { source } from '../state/store';
import type { Action } from './action';

/** What is filled in. */
export interface Fields {
  readonly reason: string;
  /** `undefined`: until somebody ends it. */
  readonly forMs: number | undefined;
  /** Names of gateways; `undefined`: all of them. */
  readonly gateways: readonly string[] | undefined;
  /** The name of the service, typed as a confirmation. */
  readonly typed: string;
}

const TERMS: readonly (readonly [label: string, ms: number | undefined])[] = [
  ['until it is put back', undefined],
  ['5 minutes', 300_000],
  ['30 minutes', 1_800_000],
  ['2 hours', 7_200_000],
  ['1 day', 86_400_000],
];

export function ActionFields(props: {
  readonly wanted: Action;
  readonly fields: Fields;
  readonly nameToType: string | undefined;
  readonly onChange: (fields: Fields) => void;
}) {
  const { wanted, fields, onChange, nameToType } = props;
  const set = (change: Partial<Fields>) => onChange({ ...fields, ...change });
  const hasReason = wanted.kind === 'out' || wanted.kind === 'eject';
  return (
    <div class="fields">
      {hasReason ? (
        <>
          <label>
            Reason, shown wherever the instance is
            <input
              class="input"
              required
              autofocus
              maxLength={256}
              value={fields.reason}
              onInput={({ currentTarget }) => set({ reason: currentTarget.value })}
            />
          </label>
          <label>
            For
            <select
              class="input"
              value={String(fields.forMs ?? '')}
              onChange={({ currentTarget: { value } }) =>
                set({ forMs: value === '' ? undefined : Number(value) })
              }
            >
              {TERMS.map(([label, ms]) => (
                <option key={label} value={String(ms ?? '')}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </>
      ) : null}
      {wanted.kind === 'eject' || wanted.kind === 'restore' ? (
        <GatewayChoice chosen={fields.gateways} onChange={(gateways) => set({ gateways })} />
      ) : null}
      {nameToType === undefined ? null : (
        <label>
          <span>
            To confirm, type <b>{nameToType}</b>
          </span>
          <input
            class="input"
            autocomplete="off"
            spellcheck={false}
            value={fields.typed}
            onInput={({ currentTarget }) => set({ typed: currentTarget.value })}
          />
        </label>
      )}
    </div>
  );
}

function GatewayChoice(props: {
  readonly chosen: readonly string[] | undefined;
  readonly onChange: (gateways: readonly string[] | undefined) => void;
}) {
  const [gateways, setGateways] = useState<readonly KnownGateway[]>();
  const from = source.value;
  useEffect(() => {
    void from?.fleet.gateways().then((answer) => setGateways(answer.ok ? answer.value.gateways : []));
  }, [from]);
  if (from?.kind === 'gateway') return <p class="dim">At this gateway.</p>;
  if (gateways === undefined) return <p class="dim">Asking which gateways there are …</p>;
  if (gateways.length === 0)
    return <p class="gone">No gateway takes orders here: ANSWER_QUESTIONS=on has to be set at it.</p>;
  const named = [...gatewayNames(gateways)];
  return (
    <fieldset>
      <legend>At</legend>
      {named.map(([name, { answers }]) => {
        const isOn = answers === 'on';
        const all = named.flatMap(([one, { answers }]) => (answers === 'on' ? [one] : []));
        const chosen = props.chosen ?? all;
        return (
          <label
            key={name}
            class="tick"
            title={isOn ? undefined : 'It answers questions and takes no orders: ANSWER_QUESTIONS=on'}
          >
            <input
              type="checkbox"
              disabled={!isOn}
              checked={isOn && chosen.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                props.onChange(checked ? [...chosen, name] : chosen.filter((one) => one !== name))
              }
            />
            {name}
          </label>
        );
      })}
    </fieldset>
  );
}
