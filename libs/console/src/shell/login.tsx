import { useState } from 'preact/hooks';
import { setToken } from '../state/session';

interface LoginProps {
  readonly at: 'registry' | 'gateway';
  readonly why: string | undefined;
  readonly onToken: () => void;
}

/** Asks for a token. It stays in this tab's memory; the server decides what it may do. */
export function Login({ at, why, onToken }: LoginProps) {
  const [token, setText] = useState('');
  const [remember, setRemember] = useState(false);
  return (
    <main class="login">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          setToken(token.trim(), { remember });
          onToken();
        }}
      >
        <h1>Rollcall</h1>
        <label>
          {at === 'gateway' ? (
            <>
              The <code>ADMIN_TOKEN</code> of this gateway
            </>
          ) : (
            <>
              Token, with the scope <code>read</code>
            </>
          )}
          <input
            type="password"
            autocomplete="off"
            autofocus
            required
            value={token}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label class="tick">
          <input
            type="checkbox"
            checked={remember}
            onChange={(event) => setRemember(event.currentTarget.checked)}
          />
          Remember it until this tab is closed
        </label>
        {why === undefined ? null : (
          <p class="gone" role="alert">
            {why}
          </p>
        )}
        <button class="btn primary" type="submit">
          Open the console
        </button>
        {at === 'gateway' ? null : (
          <p class="dim note">
            A new one: <code>rollcall token new NAME --scope read</code>. Or have the command open this page:{' '}
            <code>rollcall ui</code>
          </p>
        )}
      </form>
    </main>
  );
}
