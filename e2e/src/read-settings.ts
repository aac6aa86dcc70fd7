import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AppName } from './app-process';

export interface SettingsReading {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads settings as each app as it is deployed would, one after the other in a process of their own. */
const READ = `
const [appsFolder, cases] = [process.argv[1], JSON.parse(process.argv[2])];
const readings = cases.map(([app, env]) => {
  const reading = { faults: [], warnings: [] };
  const config = require(appsFolder + '/' + app + '/dist/config.js')[app + 'Config'];
  try {
    config.read(env, ({ message }) => reading.warnings.push(message));
  } catch (error) {
    reading.faults.push(String(error.message));
  }
  return reading;
});
process.stdout.write(JSON.stringify(readings));
`;

export async function readSettings(
  cases: readonly (readonly [app: AppName, env: Readonly<Record<string, string>>])[],
): Promise<readonly SettingsReading[]> {
  const apps = join(__dirname, '../../apps');
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', READ, apps, JSON.stringify(cases)]);
  return JSON.parse(stdout) as SettingsReading[];
}
