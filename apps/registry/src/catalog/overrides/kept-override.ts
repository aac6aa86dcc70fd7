import type { Override } from '../instance/standing';

/** An operator's override, and the ids and addresses it holds for. */
export interface KeptOverride {
  readonly override: Override;
  /** Ids and addresses under which the instance has been listed since, latest last. */
  readonly instanceIds: readonly string[];
  readonly urls: readonly string[];
  /** Who said so: a caller's identity. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** When it ends, epoch milliseconds; absent: not before somebody removes it. */
  readonly until?: number;
}

/** What an instance is known by within its service. */
export interface InstanceName {
  readonly instanceId: string | undefined;
  readonly url: string;
}

/** An instance may change its id or its address from one incarnation to the next, never both at once. */
const MOST_NAMES = 16;

export function overrideFor(
  overrides: readonly KeptOverride[],
  name: InstanceName,
): KeptOverride | undefined {
  return overrides.find((kept) => isFor(kept, name));
}

/** The instance is put out of service: what was said of it before counts no more. */
export function withOverride(
  overrides: readonly KeptOverride[],
  name: InstanceName & { readonly instanceId: string },
  said: Pick<KeptOverride, 'override' | 'by' | 'at' | 'until'>,
): readonly KeptOverride[] {
  const { instanceIds = [], urls = [] } = overrideFor(overrides, name) ?? {};
  const kept = {
    ...said,
    instanceIds: including(instanceIds, name.instanceId),
    urls: including(urls, name.url),
  };
  return [...withoutOverride(overrides, name), kept];
}

export function withoutOverride(
  overrides: readonly KeptOverride[],
  name: InstanceName,
): readonly KeptOverride[] {
  return overrides.filter((kept) => !isFor(kept, name));
}

/** The instance has come back, known by one of its names: from now on the override holds for both. */
export function followingOverride(
  overrides: readonly KeptOverride[],
  name: InstanceName & { readonly instanceId: string },
): readonly KeptOverride[] {
  return overrides.map((kept) =>
    isFor(kept, name)
      ? {
          ...kept,
          instanceIds: including(kept.instanceIds, name.instanceId),
          urls: including(kept.urls, name.url),
        }
      : kept,
  );
}

/** @param at epoch milliseconds */
export function hasEnded({ until }: KeptOverride, at: number): boolean {
  return until !== undefined && until <= at;
}

function isFor({ instanceIds, urls }: KeptOverride, { instanceId, url }: InstanceName): boolean {
  return urls.includes(url) || (instanceId !== undefined && instanceIds.includes(instanceId));
}

function including(names: readonly string[], name: string): readonly string[] {
  return [...names.filter((other) => other !== name), name].slice(-MOST_NAMES);
}
