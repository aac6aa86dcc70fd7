import { settingRuleDeviations, tracingCases } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { registryConfig, registryRules } from './config';

const REGISTRY_TOKEN = 'bq5Hk2-0Qz.pretend';

it('refuses, or warns of, every setting of the registry that has no effect beside others', async () => {
  const pair = await createKeyPairFolder();
  const tokens = [{ REGISTRY_TOKEN }, { REGISTRY_TOKENS_FILE: 'tokens.yaml' }];

  const deviations = settingRuleDeviations({
    read: (env, onWarning) => registryConfig.read(env, onWarning),
    rules: registryRules,
    cases: [
      ...tracingCases(pair),
      ...tokens.map((token) => ({
        broken: { ...token, REGISTRY_AUTH: 'off' },
        mended: [token, { ...token, REGISTRY_AUTH: 'on' }],
      })),
      ...tokens.map((token) => ({
        broken: { ...token, ALLOWED_HOSTS: 'registry' },
        mended: [token, { ...token, ALLOWED_HOSTS: '' }, { REGISTRY_AUTH: 'off', ALLOWED_HOSTS: 'registry' }],
      })),
      ...[
        { ETCD_ENDPOINTS: 'http://10.0.0.1:2379' },
        { ETCD_PREFIX: '/shop/' },
        { ADVERTISE_URL: 'http://registry-1:8080' },
      ].map((settings) => ({ broken: settings, mended: [{ ...settings, REGISTRY_STORE: 'etcd' }] })),
      {
        broken: { REGISTRY_STORE: 'etcd', ETCD_PASSWORD_FILE: pair.keyFile },
        mended: [{ REGISTRY_STORE: 'etcd', ETCD_PASSWORD_FILE: pair.keyFile, ETCD_USERNAME: 'ana' }],
      },
      {
        broken: { REGISTRY_STORE: 'etcd', ETCD_CA_FILE: pair.caFile },
        mended: [{ REGISTRY_STORE: 'etcd', ETCD_CA_FILE: pair.caFile, ETCD_ENDPOINTS: 'https://a:2379' }],
      },
      ...(
        [
          ['MAX_ROUTES_PER_SERVICE', 'MAX_ROUTES'],
          ['MAX_SERVICES', 'MAX_INSTANCES'],
          ['MAX_WATCHERS', 'MAX_CONNECTIONS'],
          ['MAX_LIVE', 'MAX_CONNECTIONS'],
        ] as const
      ).map(([setting, limit]) => ({
        broken: { [setting]: '11', [limit]: '10' },
        mended: [{ [setting]: '10', [limit]: '10' }, { [setting]: '11' }, { [limit]: '10' }],
      })),
    ],
  });

  expect(deviations).toEqual([]);
  await pair.remove();
});
