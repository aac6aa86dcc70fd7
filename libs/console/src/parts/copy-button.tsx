import { useEffect, useState } from 'preact/hooks';

/** Copies a text, and says that it has. */
export function CopyButton({ text, children }: { readonly text: () => string; readonly children: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      class="btn small"
      onClick={() => {
        // Without TLS, and elsewhere than on localhost, a browser has no clipboard.
        void Promise.resolve()
          .then(() => navigator.clipboard.writeText(text()))
          .then(
            () => setSaid('Copied'),
            () => setSaid('This browser does not let us copy'),
          );
      }}
    >
      <span aria-live="polite">{said ?? children}</span>
    </button>
  );
}
