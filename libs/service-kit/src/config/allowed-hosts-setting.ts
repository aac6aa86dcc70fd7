import Joi from 'joi';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

/** Names by which callers ask for a server, as they stand in the `Host` field: `registry,registry.internal`. */
export const allowedHostsSetting = Joi.string()
  .custom((text: string, helpers) => {
    const names = text.split(',').map((name) => name.trim().replace(/\.$/, ''));
    const wrong = names.find((name) => !HOST_NAME.test(name));
    return wrong === undefined
      ? names
      : helpers.message(
          {
            custom:
              '{{#label}}: "{{#wrong}}" is not a host name. Write names with commas between them, without scheme, port or "*"',
          },
          { wrong },
        );
  })
  .default([]);
