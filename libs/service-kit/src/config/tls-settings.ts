import Joi from 'joi';
import { readKeyPairFiles, SERVER_PAIR, type KeyPairSettingNames } from '../tls/key-pair-files';
import { caFileSetting } from './ca-file-setting';
import type { SettingSchemas } from './setting-schemas';

/** Settings of every app that listens. Both or neither; a change of the files needs no restart. */
export interface TlsSettings {
  /** PEM file of this server's certificate, followed by those between it and one that callers trust. */
  readonly TLS_CERT_FILE?: string;
  /** PEM file of the certificate's private key, without a passphrase. */
  readonly TLS_KEY_FILE?: string;
  /** PEM file of the authorities that sign callers' certificates; callers are asked for one when it is set. */
  readonly CLIENT_CA_FILE?: string;
  /**
   * `required`, the default: no request without a certificate that they have signed. `optional`: callers without one are
   * served as well; one that is shown has to be good all the same.
   */
  readonly CLIENT_CERT?: 'required' | 'optional';
}

export const tlsSettings: SettingSchemas<TlsSettings> = {
  TLS_CERT_FILE: pairFileSetting(SERVER_PAIR, 'certFile'),
  TLS_KEY_FILE: pairFileSetting(SERVER_PAIR, 'keyFile'),
  CLIENT_CA_FILE: caFileSetting.when('TLS_CERT_FILE', {
    not: Joi.exist(),
    then: Joi.forbidden().messages({ 'any.unknown': requiredWith('TLS_CERT_FILE', 'CLIENT_CA_FILE') }),
  }),
  CLIENT_CERT: Joi.string().when('CLIENT_CA_FILE', {
    is: Joi.exist(),
    then: Joi.valid('required', 'optional'),
    otherwise: Joi.forbidden().messages({ 'any.unknown': requiredWith('CLIENT_CA_FILE', 'CLIENT_CERT') }),
  }),
};

/**
 * One of the two files of a certificate and its key. A fault of the files is a fault of the settings: seen here it is listed
 * with all others, before anything has started.
 */
export function pairFileSetting(settings: KeyPairSettingNames, which: keyof KeyPairSettingNames): Joi.Schema {
  const name = settings[which];
  const other = settings[which === 'certFile' ? 'keyFile' : 'certFile'];
  return Joi.string().custom((file: string, { state, message }) => {
    const siblings: Readonly<Record<string, string | undefined>> = state.ancestors[0];
    if (siblings[other] === undefined) return message({ custom: requiredWith(other, name) });
    const { [settings.certFile]: certFile = file, [settings.keyFile]: keyFile = file } = siblings;
    const reading = readKeyPairFiles({ certFile, keyFile, settings });
    if ('pair' in reading) return file;
    const own = reading.faults.filter(({ path }) => path === name);
    if (own.length === 0) return file;
    return message({ custom: '{{#fault}}' }, { fault: own.map((fault) => fault.message).join('; ') });
  });
}

function requiredWith(other: string, name: string): string {
  return `${other} is required with ${name}`;
}
