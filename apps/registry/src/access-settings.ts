import { secret, type SettingRule, type SettingSchemas } from '@rollcall/service-kit';
import Joi from 'joi';
import { tokenFault } from './access/token-rules';

/** Settings of who may call this registry. */
export interface AccessSettings {
  /**
   * `on` asks every call for a token; `off` allows every call to all callers. Default: `on` in production and wherever
   * there are tokens, so that neither is ever left open by an omission; else `off`.
   */
  readonly REGISTRY_AUTH: 'on' | 'off';
  /** The one token, with every scope, of a registry that has no token file. */
  readonly REGISTRY_TOKEN?: string;
  /** JSON or YAML: `tokens: [{name, token or sha256, scopes}]`. Read anew every 2 s and on SIGHUP. */
  readonly REGISTRY_TOKENS_FILE?: string;
}

interface RawSettings {
  readonly NODE_ENV?: string;
  readonly REGISTRY_TOKEN?: string;
  readonly REGISTRY_TOKENS_FILE?: string;
}

export const accessSettings: SettingSchemas<AccessSettings> = {
  REGISTRY_AUTH: Joi.string()
    .valid('on', 'off')
    .default(({ NODE_ENV, REGISTRY_TOKEN, REGISTRY_TOKENS_FILE }: RawSettings) =>
      NODE_ENV === 'production' || REGISTRY_TOKEN || REGISTRY_TOKENS_FILE ? 'on' : 'off',
    ),
  REGISTRY_TOKEN: secret(
    Joi.string().custom((token: string, helpers) => {
      const fault = tokenFault(token);
      return fault === undefined ? token : helpers.message({ custom: `{{#label}} ${fault}` });
    }),
  ),
  REGISTRY_TOKENS_FILE: Joi.string()
    .when('REGISTRY_AUTH', {
      is: 'on',
      then: Joi.when('REGISTRY_TOKEN', { is: Joi.exist(), then: Joi.forbidden(), otherwise: Joi.required() }),
    })
    .messages({
      'any.unknown': '{{#label}} and REGISTRY_TOKEN exclude each other',
      'any.required': '{{#label}} or REGISTRY_TOKEN is required, unless REGISTRY_AUTH is off',
    }),
};

export const accessRules: readonly SettingRule<AccessSettings>[] = (
  ['REGISTRY_TOKEN', 'REGISTRY_TOKENS_FILE'] as const
).map((setting) => ({
  setting,
  beside: ['REGISTRY_AUTH'],
  idle: ({ REGISTRY_AUTH }) => REGISTRY_AUTH === 'off',
  why: 'has no effect: with REGISTRY_AUTH=off no call is asked for a token',
  mend: `Unset REGISTRY_AUTH or set it to on, or unset ${setting}`,
}));
