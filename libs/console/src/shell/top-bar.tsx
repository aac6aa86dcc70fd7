import type { ComponentChildren } from 'preact';
import { WINDOWS } from '../state/traffic-series';
import { setToken } from '../state/session';
import { who } from '../state/store';
import { Icon } from '../parts/icon';
import { overlay } from './keyboard';
import { choices, choose, windowMs } from './navigation';
import { hrefOfOtherTheme } from './theme';

/** The filter, what the console is about (live, time, theme), and who looks. */
export function TopBar({ children }: { readonly children: ComponentChildren }) {
  return (
    <header class="top">
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
      <button type="button" class="chip o" onClick={() => (overlay.value = 'palette')}>
        <kbd>Ctrl K</kbd> go to, do
      </button>
      <div class="right">
        {children}
        <label class="chip o">
          last
          <select
            value={windowMs.value / 1000}
            onChange={({ currentTarget: { value } }) =>
              choose({ window: value === '300' ? undefined : value })
            }
          >
            {WINDOWS.map((seconds) => (
              <option key={seconds} value={seconds}>
                {seconds / 60} min
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="chip o"
          aria-label="Keys, and how to filter"
          onClick={() => (overlay.value = 'help')}
        >
          ?
        </button>
        <a class="chip o" href={hrefOfOtherTheme()} aria-label="The other theme">
          <Icon name="theme" />
        </a>
        <Who />
      </div>
    </header>
  );
}

function Who() {
  if (who.value === undefined) return null;
  const { auth, name, scopes } = who.value;
  if (auth === 'off')
    return (
      <span class="chip o" title="No token is asked for: whoever reaches this port may do everything">
        open to everybody
      </span>
    );
  return (
    <button
      type="button"
      class="chip o"
      title={`${scopes.join(', ')}\nClick to forget the token`}
      onClick={() => {
        setToken(undefined, { remember: false });
        location.reload();
      }}
    >
      <b>{name}</b> {scopes.slice(0, 3).join(' · ')}
      {scopes.length > 3 ? ' …' : ''}
    </button>
  );
}
