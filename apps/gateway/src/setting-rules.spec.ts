import { registrationCases, settingRuleDeviations, tracingCases } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { gatewayConfig } from './config';
import { gatewayRules } from './setting-rules';

const ADMIN_TOKEN = 'a-token-of-some-length';

it('refuses, or warns of, every setting of the gateway that has no effect beside others', async () => {
  const pair = await createKeyPairFolder();
  const closed = { ADMIN_TOKEN, LEGACY_CALLS: 'off' };

  const deviations = settingRuleDeviations({
    read: (env, onWarning) => gatewayConfig.read(env, onWarning),
    rules: gatewayRules,
    cases: [
      ...tracingCases(pair),
      ...registrationCases(pair),
      {
        broken: { HOLD_CAPACITY: '5', HOLD_TIMEOUT_MS: '0' },
        mended: [{ HOLD_CAPACITY: '5' }, { HOLD_CAPACITY: '0', HOLD_TIMEOUT_MS: '0' }],
      },
      {
        broken: { HOLD_CAPACITY: '0', HOLD_TIMEOUT_MS: '100' },
        mended: [{ HOLD_CAPACITY: '0' }, { HOLD_CAPACITY: '1', HOLD_TIMEOUT_MS: '100' }],
      },
      {
        broken: { DRAIN_LINGER_MS: '2000', DRAIN_TIMEOUT_MS: '1999' },
        mended: [{ DRAIN_LINGER_MS: '2000', DRAIN_TIMEOUT_MS: '2000' }, { DRAIN_TIMEOUT_MS: '1' }],
      },
      { broken: { PORT: '8000', ADMIN_PORT: '8000' }, mended: [{ PORT: '0', ADMIN_PORT: '0' }] },
      {
        broken: { PORT: '9000', ADMIN_PORT: '9000', HOST: '0.0.0.0' },
        mended: [{ PORT: '9000', ADMIN_PORT: '9000', HOST: '192.0.2.1' }],
      },
      {
        broken: { PORT: '9000', ADMIN_PORT: '9000', HOST: '192.0.2.1', ADMIN_HOST: '::', ADMIN_TOKEN },
        mended: [{ PORT: '9000', ADMIN_PORT: '9001', HOST: '192.0.2.1', ADMIN_HOST: '::', ADMIN_TOKEN }],
      },
      {
        broken: { ...closed, ALLOWED_HOSTS: 'gateway' },
        mended: [
          closed,
          { ADMIN_TOKEN, LEGACY_CALLS: 'on', ALLOWED_HOSTS: 'gateway' },
          { LEGACY_CALLS: 'off', ALLOWED_HOSTS: 'gateway' },
        ],
      },
      {
        broken: { HTTP2: 'tls' },
        mended: [{ HTTP2: 'on' }, { HTTP2: 'tls', TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile }],
      },
      ...['HTTP2_MAX_STREAMS', 'HTTP2_IDLE_MS'].map((setting) => ({
        broken: { [setting]: '100' },
        mended: [
          { [setting]: '100', HTTP2: 'on' },
          { [setting]: '100', TLS_CERT_FILE: pair.certFile, TLS_KEY_FILE: pair.keyFile },
        ],
      })),
      ...['warn', 'error'].map((LOG_LEVEL) => ({
        broken: { ACCESS_LOG_RATIO: '0.1', LOG_LEVEL },
        mended: [
          { ACCESS_LOG_RATIO: '0', LOG_LEVEL },
          { ACCESS_LOG_RATIO: '0.1', LOG_LEVEL: 'info' },
        ],
      })),
      ...['HOLD_CAPACITY', 'MAX_CONNECTIONS', 'MAX_IN_FLIGHT'].map((limit) => ({
        broken: { [limit]: '3', GATEWAY_WORKERS: '4' },
        mended: [
          { [limit]: '4', GATEWAY_WORKERS: '4' },
          { [limit]: '3', GATEWAY_WORKERS: '3' },
        ],
      })),
    ],
  });

  expect(deviations).toEqual([]);
  await pair.remove();
});
