import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import Joi from 'joi';
import { pemCertificates } from '../tls/pem-certificates';

/**
 * A PEM file of authorities. Looked into here: to TLS a file without any means to trust nobody, and the first that
 * anybody hears of it is a connection that fails.
 */
export const caFileSetting = Joi.string().custom((file: string, { message }) => {
  const fault = caFileFault(file);
  return fault === undefined
    ? file
    : message({ custom: '{{#label}}: {{#fault}}' }, { fault: `${file} ${fault}` });
});

function caFileFault(file: string): string | undefined {
  try {
    const certificates = pemCertificates(readFileSync(file, 'utf8'));
    if (certificates.length === 0) return 'holds no certificate in PEM';
    for (const certificate of certificates) new X509Certificate(certificate);
    return undefined;
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
    return code.startsWith('ERR_') ? 'holds a certificate that cannot be read' : `cannot be read (${code})`;
  }
}
