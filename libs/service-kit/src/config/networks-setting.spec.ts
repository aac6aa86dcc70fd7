import type { CidrSet } from '@rollcall/address-guard';
import { defineConfig } from './define-config';
import { networksSetting } from './networks-setting';

const config = defineConfig<{ NETWORKS: CidrSet }>({ NETWORKS: networksSetting });

describe('a setting of networks', () => {
  it.each([{}, { NETWORKS: '' }])('holds no address when it is not set: %j', (env) => {
    expect(config.read(env).NETWORKS.has('10.0.0.1')).toBe(false);
  });

  it('takes several of both families, and single addresses', () => {
    const { NETWORKS } = config.read({ NETWORKS: '10.0.0.0/8, fd00::/8,192.0.2.7' });

    expect(
      ['10.9.9.9', 'fd00::1', '192.0.2.7', '192.0.2.8', '::1'].map((each) => NETWORKS.has(each)),
    ).toEqual([true, true, true, false, false]);
  });

  it.each(['10.0.0.0/33', 'everybody', '10.0.0.0/8,', '10.0.0.0/8;fd00::/8'])(
    'refuses %s by name',
    (text) => {
      expect(() => config.read({ NETWORKS: text })).toThrow(
        /NETWORKS: ".*" is neither an address nor a network/,
      );
    },
  );

  it('names every text that is wrong as it was written', () => {
    expect(() => config.read({ NETWORKS: 'a,{{#label}},10.0.0.1,b' })).toThrow(
      /"a" is neither.*"{{#label}}" is neither.*"b" is neither/,
    );
  });
});
