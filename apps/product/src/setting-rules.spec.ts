import { databaseRules } from '@rollcall/resource-kit';
import { registrationRules, tracingRules } from '@rollcall/service-kit';
import { databaseCases, registrationCases, settingRuleDeviations, tracingCases } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { productConfig } from './config';

it('refuses, or warns of, every setting of product that has no effect beside others', async () => {
  const pair = await createKeyPairFolder();

  const deviations = settingRuleDeviations({
    read: (env, onWarning) => productConfig.read(env, onWarning),
    rules: [...tracingRules, ...registrationRules, ...databaseRules],
    cases: [...tracingCases(pair), ...registrationCases(pair), ...databaseCases],
  });

  expect(deviations).toEqual([]);
  await pair.remove();
});
