'use strict';

/**
 * @param {Pick<import('./contenders/contender').RunningContender, 'prepare' | 'register'>} registry
 * @param {import('./contenders/contender').FleetMember} member
 */
async function enrol(registry, member) {
  await registry.prepare(member);
  await registry.register(member);
}

module.exports = { enrol };
