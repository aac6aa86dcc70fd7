import Joi from 'joi';
import { readAuthorityFile } from '../tls/authority-file';

/** A PEM file of authorities. A fault of the file is a fault of the settings, listed with all others. */
export const caFileSetting = Joi.string().custom((file: string, { message }) => {
  const reading = readAuthorityFile(file);
  return 'ca' in reading
    ? file
    : message({ custom: '{{#label}}: {{#fault}}' }, { fault: `${file} ${reading.fault}` });
});
