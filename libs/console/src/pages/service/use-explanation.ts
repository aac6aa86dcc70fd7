import { useEffect, useState } from 'preact/hooks';
import type { ExplainResponse } from '@rollcall/contracts';
import { repeat } from '../../state/repeat';
import { source } from '../../state/store';

const EVERY_MS = 2000;

/** What the registry explains of a service: asked again at once when the service changes, and every two seconds for leases. */
export function useExplanation(name: string, revision: number | undefined): ExplainResponse | undefined {
  const [explanation, setExplanation] = useState<ExplainResponse>();
  const registry = source.value?.registry;
  useEffect(() => {
    if (registry === undefined) return undefined;
    return repeat(EVERY_MS, async () => {
      const answer = await registry.explain(name);
      if (answer.ok) setExplanation(answer.value);
    });
  }, [registry, name, revision]);
  return explanation?.service_name === name ? explanation : undefined;
}
