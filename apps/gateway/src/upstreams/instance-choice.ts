import { createPicker, type Picker, type Random } from '@rollcall/load-balancing';
import type { PolicyRequest } from '../policies/policy';
import { chooseVersion, isChosen, type CanaryRule } from '../routing/canary';
import type { RoutePolicy } from '../routing/route-policy';
import type { Upstream } from './upstream';

/** Properties of the gateway, not of a route, that decide which instance is picked. */
export interface ChoiceContext {
  readonly random: Random;
  /** Where this gateway is. */
  readonly zone?: string | undefined;
  /** The client of a request; forwarded addresses count only from trusted proxies. */
  readonly clientOf: (request: PolicyRequest) => string;
}

/** The choice of one available instance by a route's picker and canary rule. */
export interface InstanceChoice {
  pick(available: readonly Upstream[], request: PolicyRequest, now: number): Upstream | undefined;
  /** One of `left`, which is what was not tried yet; of the first one's version if there is one. */
  pickOther(left: readonly Upstream[], first: Upstream | undefined): Upstream | undefined;
}

export function createInstanceChoice(policy: RoutePolicy, context: ChoiceContext): InstanceChoice {
  const { canary, maxLoad, slowStartMs } = policy;
  const { random, zone } = context;
  const keyOf = keyReader(policy, context);
  const newPicker = (): Picker<Upstream> =>
    createPicker(policy.picker, { random, zone, maxLoad, slowStartMs });

  if (canary === undefined) {
    const picker = newPicker();
    return {
      pick: (available, request, now) => picker.pick(available, now, keyOf(request)),
      pickOther: (left) => randomOf(left, random),
    };
  }

  const versions = createVersions(canary, newPicker);
  return {
    pick(available, request, now) {
      const header = canary.header && request.headers.get(canary.header.name);
      const { version } = chooseVersion(canary, header, random());
      const { members, picker } = versions(available, version);
      return picker.pick(members, now, keyOf(request));
    },
    pickOther(left, first) {
      const named = first && canary.versions.find(({ version }) => isIn(canary, version, first));
      const alike = left.filter((one) => first !== undefined && isIn(canary, named?.version, one));
      return randomOf(alike.length > 0 ? alike : left, random);
    },
  };
}

interface Members {
  readonly members: readonly Upstream[];
  readonly picker: Picker<Upstream>;
}

/** The instances of a version, or all while it has none. Computed once for a list; each version has a rotation of its own. */
function createVersions(canary: CanaryRule, newPicker: () => Picker<Upstream>) {
  const pickers = new Map<string | undefined, Picker<Upstream>>();
  const anyVersion = newPicker();
  let list: readonly Upstream[] = [];
  let known = new Map<string | undefined, Members>();

  function pickerOf(version: string | undefined): Picker<Upstream> {
    const kept = pickers.get(version) ?? newPicker();
    pickers.set(version, kept);
    return kept;
  }

  return (available: readonly Upstream[], version: string | undefined): Members => {
    if (available !== list) known = new Map();
    list = available;
    const kept = known.get(version);
    if (kept !== undefined) return kept;
    const members = available.filter((one) => isIn(canary, version, one));
    const made =
      members.length > 0
        ? { members, picker: pickerOf(version) }
        : { members: available, picker: anyVersion };
    known.set(version, made);
    return made;
  };
}

function isIn(canary: CanaryRule, version: string | undefined, { instance }: Upstream): boolean {
  return isChosen(canary, { version, by: 'weight' }, instance.version);
}

function keyReader(
  { picker, hashHeader }: RoutePolicy,
  { clientOf }: ChoiceContext,
): (request: PolicyRequest) => string | undefined {
  if (picker !== 'ring_hash') return () => undefined;
  return hashHeader === undefined ? clientOf : ({ headers }) => headers.get(hashHeader);
}

/** Not by the picker: a shorter list would be a new one to it, and restart its rotation. */
function randomOf<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
