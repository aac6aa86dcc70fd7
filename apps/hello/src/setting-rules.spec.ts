import { registrationRules, tracingRules } from '@rollcall/service-kit';
import { registrationCases, settingRuleDeviations, tracingCases } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { helloConfig } from './config';

it('refuses, or warns of, every setting of hello that has no effect beside others', async () => {
  const pair = await createKeyPairFolder();

  const deviations = settingRuleDeviations({
    read: (env, onWarning) => helloConfig.read(env, onWarning),
    rules: [...tracingRules, ...registrationRules],
    cases: [...tracingCases(pair), ...registrationCases(pair)],
  });

  expect(deviations).toEqual([]);
  await pair.remove();
});
