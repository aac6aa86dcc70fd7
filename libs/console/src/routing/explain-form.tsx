import type { PathQuery } from '@rollcall/contracts';
import { choose } from '../shell/navigation';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The request that is asked about. What is sent is in the address, so that a link asks the same. */
export function ExplainForm({ query }: { readonly query: PathQuery | undefined }) {
  const methods =
    query === undefined || METHODS.includes(query.method) ? METHODS : [query.method, ...METHODS];
  return (
    <form
      class="panel form"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const text = (name: string): string => {
          const value = data.get(name);
          return typeof value === 'string' ? value.trim() : '';
        };
        const method = text('method');
        choose({
          method: method === 'GET' ? undefined : method,
          path: text('path'),
          host: text('host'),
          canary: text('canary'),
        });
      }}
    >
      <select class="input method" name="method" aria-label="Method">
        {methods.map((method) => (
          <option key={method} selected={method === (query?.method ?? 'GET')}>
            {method}
          </option>
        ))}
      </select>
      <input
        class="input path"
        name="path"
        aria-label="Path"
        required
        pattern="/[^\s?#]*"
        title="Begins with /, without a query"
        placeholder="/v1/orders/7"
        defaultValue={query?.path ?? ''}
        key={query?.path}
        spellcheck={false}
        autocomplete="off"
      />
      <input
        class="input side"
        name="host"
        aria-label="Host"
        placeholder="host: shop.example"
        defaultValue={query?.host ?? ''}
        spellcheck={false}
        autocomplete="off"
      />
      <input
        class="input side"
        name="canary"
        aria-label="Value of the canary’s field"
        placeholder="canary value"
        defaultValue={query?.canary ?? ''}
        spellcheck={false}
        autocomplete="off"
      />
      <button class="btn primary" type="submit">
        Explain <kbd>↵</kbd>
      </button>
    </form>
  );
}
