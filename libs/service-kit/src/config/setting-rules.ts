import type { Fault } from '@rollcall/contracts';

/**
 * A rule about a setting that takes effect only beside certain values of others. Whoever wrote it believes that it does
 * something: a guard that is off because of another line is found out last of all. Only a variable that is set is judged,
 * never a default.
 */
export interface SettingRule<T extends object> {
  readonly setting: keyof T & string;
  /** The settings that decide: the rule is not asked while one of them is faulty. */
  readonly beside: readonly (keyof T & string)[];
  /** Whether the setting has no effect, or contradicts the others. */
  readonly idle: (settings: Readonly<T>) => boolean;
  /** Goes on from the setting's name: what is wrong, with the setting that makes it so. */
  readonly why: string;
  /** What to do, as a sentence without its full stop. */
  readonly mend: string;
  /**
   * `warn` lets the app start and says so in its log: for a combination that does no harm and that environments shared
   * by several apps, or files written for other circumstances, have by themselves. Default: the app does not start.
   */
  readonly then?: 'warn';
}

export interface BrokenRules {
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/**
 * The rules that settings break, in the order of the table.
 *
 * @param settings as far as they are valid
 * @param given.names of each setting that was set, the variable that set it: `REGISTRY_TOKEN_FILE` of a secret in a file
 * @param given.faulty settings whose value is refused already
 */
export function brokenRules<T extends object>(
  rules: readonly SettingRule<T>[],
  settings: Readonly<T>,
  given: { readonly names: ReadonlyMap<string, string>; readonly faulty: ReadonlySet<string> },
): BrokenRules {
  const faults: Fault[] = [];
  const warnings: Fault[] = [];
  for (const { setting, beside, idle, why, mend, then } of rules) {
    const name = given.names.get(setting);
    if (name === undefined || [setting, ...beside].some((one) => given.faulty.has(one))) continue;
    if (!idle(settings)) continue;
    (then === 'warn' ? warnings : faults).push({ path: name, message: `${name} ${why}. ${mend}` });
  }
  return { faults, warnings };
}
