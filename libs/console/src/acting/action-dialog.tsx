import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Fault } from '../state/api';
import { shortId } from '../state/figures';
import { catalog, traffic } from '../state/store';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { action, type Action } from './action';
import { commandOf } from './command';
import { consequenceOf } from './consequence';
import { DrainProgress } from './drain-progress';
import { ActionFields, type Fields } from './action-fields';
import { perform } from './perform';

/** What the button says. */
const VERBS: Readonly<Record<Action['kind'], string>> = {
  drain: 'Drain',
  out: 'Take out of service',
  back: 'Put back into service',
  eject: 'Eject',
  restore: 'Restore',
  release: 'Release',
};

function titleOf(wanted: Action): ComponentChildren {
  if (wanted.kind === 'release') return `Release the guard of ${wanted.service}`;
  const { service_name, instance_id } = wanted.instance;
  const [verb = '', ...rest] = VERBS[wanted.kind].split(' ');
  return (
    <>
      {verb} {service_name} <span class="mono">{shortId(instance_id)}</span> {rest.join(' ')}
    </>
  );
}

const WHAT: Readonly<Record<Action['kind'], string>> = {
  drain:
    'It gets no new requests once every caller has confirmed. What is in flight is finished. It keeps running, and does not come back by itself: it is about to stop.',
  out: 'It gets no traffic, whatever it says of itself, until it is put back or the time is over. It keeps running.',
  back: 'The override ends. What the instance says of itself counts again.',
  eject: 'These gateways send it nothing more, not even as the last one.',
  restore: 'These gateways use it again, if it is up.',
  release: 'The guard holds instances that fell silent together. Released, they are taken off the list.',
};

type Stage =
  | { readonly at: 'asking'; readonly fault?: Fault }
  | { readonly at: 'sending' }
  | { readonly at: 'done'; readonly said: readonly string[] };

/** Asks before anything is done: what it is, what comes of it in numbers, and the name where nobody would be left. */
export function ActionDialog() {
  const wanted = action.value;
  return wanted === undefined ? null : <Asking key={JSON.stringify(wanted)} wanted={wanted} />;
}

const close = () => {
  action.value = undefined;
};

/** It drains already: there is nothing to ask, only to watch. */
function isUnderWay(wanted: Action): boolean {
  return wanted.kind === 'drain' && wanted.instance.status === 'draining';
}

function Asking({ wanted }: { readonly wanted: Action }) {
  const [stage, setStage] = useState<Stage>(isUnderWay(wanted) ? { at: 'done', said: [] } : { at: 'asking' });
  const [fields, setFields] = useState<Fields>({
    reason: '',
    forMs: undefined,
    gateways: undefined,
    typed: '',
  });
  const service = wanted.kind === 'release' ? wanted.service : wanted.instance.service_name;
  const { sentences, takesTheLast } = consequenceOf(
    wanted,
    catalog.value.get(service)?.instances ?? [],
    traffic.value,
  );
  const needsReason = wanted.kind === 'out' || wanted.kind === 'eject';
  const isReady =
    stage.at === 'asking' &&
    (!takesTheLast || fields.typed === service) &&
    (!needsReason || fields.reason.trim() !== '');

  async function send(): Promise<void> {
    setStage({ at: 'sending' });
    const answer = await perform(wanted, fields);
    if (!answer.ok) setStage({ at: 'asking', fault: answer.fault });
    else setStage({ at: 'done', said: answer.value });
  }

  return (
    <Dialog onClose={close} title={titleOf(wanted)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void send();
        }}
      >
        <div class="b">
          {stage.at === 'done' ? (
            <Done wanted={wanted} said={stage.said} />
          ) : (
            <>
              <p class="dim">{WHAT[wanted.kind]}</p>
              {sentences.map((sentence) => (
                <p key={sentence} class={takesTheLast ? 'consequence grave' : 'consequence'}>
                  {sentence}
                </p>
              ))}
              <ActionFields
                wanted={wanted}
                fields={fields}
                onChange={setFields}
                nameToType={takesTheLast ? service : undefined}
              />
              {stage.at === 'asking' && stage.fault !== undefined ? (
                <p class="gone" role="alert">
                  {stage.fault.detail}
                </p>
              ) : null}
            </>
          )}
        </div>
        <footer>
          <CopyButton text={() => commandOf(wanted, fields)}>Copy as CLI</CopyButton>
          <button type="button" class="btn" onClick={close}>
            {stage.at === 'done' ? (wanted.kind === 'drain' ? 'Close, let it go on' : 'Close') : 'Cancel'}
          </button>
          {stage.at === 'done' ? null : (
            <button type="submit" class="btn warn" disabled={!isReady}>
              {stage.at === 'sending' ? 'Sending …' : VERBS[wanted.kind]}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function Done({ wanted, said }: { readonly wanted: Action; readonly said: readonly string[] }) {
  if (wanted.kind === 'drain') return <DrainProgress instance={wanted.instance} />;
  return (
    <div role="status">
      {said.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
