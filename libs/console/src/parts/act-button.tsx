import { act, type Action } from '../acting/action';
import { refusalOf } from '../acting/rights';
import { moment } from '../shell/moment';
import { source, who } from '../state/store';

/** Opens the dialog of an action. What the token may not do is disabled, and says which scope is missing. */
export function ActButton(props: {
  readonly action: Action;
  readonly children: string;
  readonly warns?: boolean;
}) {
  const refusal =
    moment.value !== undefined
      ? 'This is the past: go back to live to act.'
      : source.value?.kind === 'gateway' && !['eject', 'restore'].includes(props.action.kind)
        ? 'A gateway does not change the catalog: open the console of the registry.'
        : refusalOf(props.action, who.value);
  return (
    <button
      type="button"
      class={`btn small ${props.warns === true ? 'warn' : ''}`}
      disabled={refusal !== undefined}
      title={refusal}
      onClick={() => act(props.action)}
    >
      {props.children}
    </button>
  );
}
