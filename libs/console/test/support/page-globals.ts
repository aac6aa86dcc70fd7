/** What a page has in a browser and a process of Node has not; taken back by what it returns. */
export function setGlobals(globals: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(globals).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: true });
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  };
}

/** `fetch` as a page of that server has it: addresses are its own. */
export function fetchFrom(url: string): typeof fetch {
  const { fetch: ofNode } = globalThis;
  return (input, init) => ofNode(new URL(String(input), url), init);
}
