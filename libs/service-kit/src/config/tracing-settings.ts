import Joi from 'joi';
import { SAMPLERS, type SamplerName } from '../tracing/sampler';
import { caFileSetting } from './ca-file-setting';
import { secret } from './secret';
import type { SettingRule } from './setting-rules';
import type { SettingSchemas } from './setting-schemas';

/**
 * Settings of every app, by the names that OpenTelemetry's specification gives them. Spans are recorded when an endpoint
 * or the exporter `otlp` is named, and neither `none` nor `OTEL_SDK_DISABLED` says otherwise.
 */
export interface TracingSettings {
  /** `true` records nothing, whatever else is set. */
  readonly OTEL_SDK_DISABLED: boolean;
  /** `otlp` or `none`. */
  readonly OTEL_TRACES_EXPORTER?: 'otlp' | 'none';
  /** Base address of a collector; `/v1/traces` is added. Default with the exporter `otlp`: http://localhost:4318. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  /** The whole address for traces, in place of the former. */
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;
  /** `http/protobuf` (default) or `http/json`. */
  readonly OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' | 'http/json';
  /** Header fields of every export: `name=value,…`, percent-encoded. */
  readonly OTEL_EXPORTER_OTLP_HEADERS: Readonly<Record<string, string>>;
  /** `gzip` or `none` (default). */
  readonly OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' | 'none';
  /** Milliseconds for an export with its retries, default 10 000. */
  readonly OTEL_EXPORTER_OTLP_TIMEOUT: number;
  /** PEM file of the authority that signed the collector's certificate. */
  readonly OTEL_EXPORTER_OTLP_CERTIFICATE?: string;
  /** `service.name`; default: SERVICE_NAME. */
  readonly OTEL_SERVICE_NAME?: string;
  /** What else this process says of itself: `name=value,…`, percent-encoded. */
  readonly OTEL_RESOURCE_ATTRIBUTES: Readonly<Record<string, string>>;
  /** Which traces are recorded, default `parentbased_traceidratio`. */
  readonly OTEL_TRACES_SAMPLER: SamplerName;
  /** 0–1; default 0.01 in production, 1 else. Too low: faults are not among them; too high: each span costs time. */
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  /** Spans that may wait, default 2048. Too low drops those of a burst, too high takes memory while a collector is away. */
  readonly OTEL_BSP_MAX_QUEUE_SIZE: number;
  /** Milliseconds that a span waits for others to be sent with, default 5000. */
  readonly OTEL_BSP_SCHEDULE_DELAY: number;
}

const endpoint = Joi.string().uri({ scheme: ['http', 'https'] });
const MOST_PAIRS = 64;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `name=value,…` (https://www.w3.org/TR/baggage/ without properties). */
const pairs = Joi.string().custom((text: string, { message }) => {
  const entries: [string, string][] = [];
  for (const pair of text.split(',')) {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = value === undefined ? undefined : percentDecoded(value);
    if (name === undefined || decoded === undefined)
      return message({ custom: '{{#label}} must be "name=value" pairs with commas between them' });
    entries.push([name, decoded]);
  }
  return entries.length <= MOST_PAIRS
    ? Object.fromEntries(entries)
    : message({ custom: `{{#label}} must have at most ${MOST_PAIRS} pairs` });
});

export const tracingSettings: SettingSchemas<TracingSettings> = {
  OTEL_SDK_DISABLED: Joi.boolean().default(false),
  OTEL_TRACES_EXPORTER: Joi.string().valid('otlp', 'none'),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: Joi.string().valid('http/protobuf', 'http/json').default('http/protobuf'),
  OTEL_EXPORTER_OTLP_HEADERS: secret(headerPairs()),
  OTEL_EXPORTER_OTLP_COMPRESSION: Joi.string().valid('gzip', 'none').default('none'),
  OTEL_EXPORTER_OTLP_TIMEOUT: Joi.number()
    .integer()
    .min(1)
    .max(LONGEST_TIMER_MS - 1000)
    .default(10_000),
  OTEL_EXPORTER_OTLP_CERTIFICATE: caFileSetting,
  OTEL_SERVICE_NAME: Joi.string().max(255),
  OTEL_RESOURCE_ATTRIBUTES: pairs.default({}),
  OTEL_TRACES_SAMPLER: Joi.string()
    .valid(...SAMPLERS)
    .default('parentbased_traceidratio'),
  OTEL_TRACES_SAMPLER_ARG: Joi.number()
    .min(0)
    .max(1)
    .default(({ NODE_ENV }: { NODE_ENV?: string }) => (NODE_ENV === 'production' ? 0.01 : 1)),
  OTEL_BSP_MAX_QUEUE_SIZE: Joi.number().integer().min(1).max(1_000_000).default(2048),
  OTEL_BSP_SCHEDULE_DELAY: Joi.number().integer().min(1).max(LONGEST_TIMER_MS).default(5000),
};

/** Why nothing is recorded: nobody has asked for it. Whoever has switched it off by name knows. */
const isUnasked = (settings: Readonly<TracingSettings>): boolean =>
  !settings.OTEL_SDK_DISABLED &&
  [
    settings.OTEL_TRACES_EXPORTER,
    settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  ].every((asking) => asking === undefined);

const ASKING = [
  'OTEL_SDK_DISABLED',
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
] as const;

/** Environments of several apps have these by themselves, and a span less is no reason not to start: all are warnings. */
export const tracingRules: readonly SettingRule<TracingSettings>[] = [
  ...(['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'] as const).map(
    (setting): SettingRule<TracingSettings> => ({
      setting,
      beside: ASKING,
      idle: isUnasked,
      why: 'has no effect: no traces are recorded without OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_TRACES_EXPORTER=otlp',
      mend: `Set OTEL_EXPORTER_OTLP_ENDPOINT, or unset ${setting}`,
      then: 'warn',
    }),
  ),
  {
    setting: 'OTEL_TRACES_SAMPLER_ARG',
    beside: ['OTEL_TRACES_SAMPLER', ...ASKING],
    idle: (settings) => !isUnasked(settings) && !settings.OTEL_TRACES_SAMPLER.endsWith('traceidratio'),
    why: 'has no effect: the sampler that OTEL_TRACES_SAMPLER names does not sample by ratio',
    mend: 'Set OTEL_TRACES_SAMPLER to parentbased_traceidratio or traceidratio, or unset OTEL_TRACES_SAMPLER_ARG',
    then: 'warn',
  },
  {
    setting: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    beside: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    idle: ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT }) => OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined,
    why: 'has no effect: traces go to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, and they are all that is sent',
    mend: 'Unset one of the two',
    then: 'warn',
  },
  {
    setting: 'OTEL_EXPORTER_OTLP_CERTIFICATE',
    beside: ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    idle: ({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT }) =>
      !(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http:').startsWith('https:'),
    why: 'has no effect: OTEL_EXPORTER_OTLP_ENDPOINT is not https://, so no certificate is verified',
    mend: 'Write https:// in OTEL_EXPORTER_OTLP_ENDPOINT, or unset OTEL_EXPORTER_OTLP_CERTIFICATE',
    then: 'warn',
  },
];

/** A value that no header may carry would end each export. */
function headerPairs(): Joi.Schema {
  return pairs
    .custom((headers: Record<string, string>, { message }) =>
      Object.values(headers).every((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value))
        ? headers
        : message({ custom: '{{#label}} has a value that a header must not carry' }),
    )
    .default({});
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
