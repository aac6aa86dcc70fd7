import type { KeyPairFolder } from './certificates/key-pair-folder';

type Env = Readonly<Record<string, string>>;

/** Settings that break one rule, and what an operator may set instead. */
export interface SettingCase {
  readonly broken: Env;
  /** Each is taken without a fault or a warning. */
  readonly mended: readonly Env[];
}

export interface SettingRuleLike {
  readonly setting: string;
  readonly beside: readonly string[];
  readonly why: string;
  readonly mend: string;
  readonly then?: 'warn';
}

export interface CheckedSettings {
  readonly read: (env: Env, onWarning: (warning: { readonly message: string }) => void) => unknown;
  readonly rules: readonly SettingRuleLike[];
  readonly cases: readonly SettingCase[];
}

/** Where an app's settings do not keep to its table of rules, or the cases leave one of the rules out; none if they do. */
export function settingRuleDeviations({ read, rules, cases }: CheckedSettings): readonly string[] {
  const deviations: string[] = [];
  const seen = new Set<SettingRuleLike>();

  for (const { broken, mended } of cases) {
    const shown = JSON.stringify(broken);
    const { refused, warned } = heard(read, broken);
    const found = rules.filter(({ why }) => [...refused, ...warned].some((text) => text.includes(why)));
    const rule = found.find(({ setting }) =>
      [...refused, ...warned].some((text) =>
        [setting, `${setting}_FILE`].includes(text.split(' ', 1)[0] ?? ''),
      ),
    );
    if (rule === undefined || refused.length + warned.length !== 1)
      deviations.push(`${shown} breaks not one rule: ${[...refused, ...warned].join(' | ')}`);
    if (rule === undefined) continue;
    seen.add(rule);

    const { beside, mend, then } = rule;
    const [message = ''] = then === 'warn' ? warned : refused;
    if (message === '') deviations.push(`${shown} is ${then === 'warn' ? 'refused' : 'only warned of'}`);
    if (message.includes('\n') || !message.endsWith(mend))
      deviations.push(`${shown}: not one line: ${message}`);
    if (!beside.some((other) => message.includes(other)))
      deviations.push(`${shown}: the message names none of ${beside.join()}: ${message}`);
    if (mended.length === 0) deviations.push(`${shown} has no mend`);
    const isUnset = then === 'warn' || mend.includes('nset');
    for (const env of [...mended, ...(isUnset ? [without(broken, rule)] : [])]) {
      const after = heard(read, env);
      if (after.refused.length + after.warned.length > 0)
        deviations.push(
          `${JSON.stringify(env)} is not taken: ${[...after.refused, ...after.warned].join(' | ')}`,
        );
    }
  }
  for (const rule of rules)
    if (!seen.has(rule)) deviations.push(`no case breaks the rule that ${rule.setting} ${rule.why}`);
  return deviations;
}

/** Without the setting of the rule, and without what its mend says to unset together with it. */
function without(env: Env, { setting, mend }: SettingRuleLike): Env {
  const [, named = ''] = mend.split(/unset /i);
  const unset = [setting, `${setting}_FILE`, ...named.split(/[^A-Z0-9_]+/)];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !unset.includes(name)));
}

function heard(read: CheckedSettings['read'], env: Env) {
  const warned: string[] = [];
  try {
    read(env, ({ message }) => warned.push(message));
    return { refused: [], warned };
  } catch (error) {
    if (!(error instanceof Error) || !('faults' in error)) throw error;
    const faults = error.faults as readonly { readonly message: string }[];
    return { refused: faults.map(({ message }) => message), warned };
  }
}

/** Cases of every app that registers itself. */
export function registrationCases({ caFile, certFile, keyFile }: KeyPairFolder): readonly SettingCase[] {
  const ca = { REGISTRY_CA_FILE: caFile };
  const shown = { REGISTRY_CERT_FILE: certFile, REGISTRY_KEY_FILE: keyFile };
  const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile };
  return [
    { broken: ca, mended: [{ ...ca, REGISTRY_URL: 'https://registry' }] },
    { broken: shown, mended: [{ ...shown, REGISTRY_URL: 'http://a,https://b' }] },
    {
      broken: { ...ca, REGISTRY_URL: 'http://a,http://b' },
      mended: [{ ...ca, REGISTRY_URL: 'http://a,https://b' }],
    },
    {
      broken: { ...tls, ADVERTISE_URL: 'http://me:8000' },
      mended: [{ ...tls, ADVERTISE_URL: 'https://me:8000' }, tls, { ADVERTISE_URL: 'http://me:8000' }],
    },
  ];
}

/** Cases of every app: all of them can record traces. */
export function tracingCases({ caFile }: KeyPairFolder): readonly SettingCase[] {
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  const secure = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318' };
  const whole = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  const ratio = { OTEL_TRACES_SAMPLER_ARG: '0.5' };
  const ca = { OTEL_EXPORTER_OTLP_CERTIFICATE: caFile };
  return [
    ...[{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' }, ratio].map((broken) => ({
      broken,
      mended: [
        { ...broken, ...on },
        { ...broken, OTEL_TRACES_EXPORTER: 'otlp' },
        { ...broken, [whole]: 'http://collector:4318/v1/traces' },
        // Whoever switches traces off by name knows that nothing is recorded.
        { ...broken, OTEL_SDK_DISABLED: 'true' },
        { ...broken, OTEL_TRACES_EXPORTER: 'none' },
      ],
    })),
    ...['always_on', 'parentbased_always_off'].map((sampler) => ({
      broken: { ...on, ...ratio, OTEL_TRACES_SAMPLER: sampler },
      mended: [
        { ...on, ...ratio, OTEL_TRACES_SAMPLER: 'traceidratio' },
        { ...on, ...ratio, OTEL_TRACES_SAMPLER: '' },
      ],
    })),
    { broken: { ...on, [whole]: 'http://collector:4318/v1/traces' }, mended: [on] },
    { broken: { ...on, ...ca }, mended: [{ ...secure, ...ca }] },
    {
      broken: { ...ca, [whole]: 'http://collector:4318/v1/traces' },
      mended: [{ ...ca, [whole]: 'https://collector:4318/v1/traces' }],
    },
  ];
}

/** Cases of every app that keeps rows. */
export const databaseCases: readonly SettingCase[] = [
  ...['DATABASE_POOL_SIZE', 'DATABASE_POOL_MIN', 'DATABASE_POOL_TIMEOUT_MS'].flatMap((setting) => [
    {
      broken: { [setting]: '2' },
      mended: [{ [setting]: '2', DATABASE_URL: 'postgres://u:p@db/shop' }],
    },
    {
      broken: { [setting]: '2', DATABASE_URL: 'file:/tmp/shop.db' },
      mended: [{ [setting]: '2', DATABASE_URL: 'postgresql://u:p@db/shop' }],
    },
  ]),
  {
    broken: { DATABASE_POOL_MIN: '9', DATABASE_URL: 'postgres://u:p@db/shop' },
    mended: [{ DATABASE_POOL_MIN: '9', DATABASE_POOL_SIZE: '9', DATABASE_URL: 'postgres://u:p@db/shop' }],
  },
];
