import type { ComponentChildren } from 'preact';
import { who } from '../state/store';
import { Icon } from '../parts/icon';
import { choices, choose } from './navigation';
import { hrefOfOtherTheme } from './theme';

/** The filter, what the console is about (live, time, theme), and who looks. */
export function TopBar({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="top">
      <label class="search">
        <Icon name="explain" />
        <span class="hidden">Filter</span>
        <input
          id="filter"
          type="search"
          spellcheck={false}
          autocomplete="off"
          placeholder="Filter by name, version:, zone:, status:, tag: …"
          value={choices.value['q'] ?? ''}
          onInput={(event) => choose({ q: event.currentTarget.value })}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <div class="right">
        {children}
        <a class="chip o" href={hrefOfOtherTheme()} aria-label="The other theme">
          <Icon name="theme" />
        </a>
        <Who />
      </div>
    </div>
  );
}

function Who() {
  if (who.value === undefined) return null;
  const { auth, name, scopes } = who.value;
  if (auth === 'off')
    return (
      <span class="chip o" title="REGISTRY_AUTH=off: whoever reaches this port may do everything">
        open to everybody
      </span>
    );
  return (
    <span class="chip o">
      <b>{name}</b> {scopes.join(' · ')}
    </span>
  );
}
