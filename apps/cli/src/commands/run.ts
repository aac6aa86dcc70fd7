import { constants } from 'node:os';
import { InvalidArgumentError } from 'commander';
import type { AddCommand } from '../command';
import { durationOption } from '../duration';
import { addRegistrationOptions } from '../registration-options';
import { runProgram } from '../run/run-program';
import { runSettings, type RunOptions } from '../run/run-settings';

export const addRun: AddCommand = (program, act) => {
  const run = program
    .command('run')
    .summary('runs a program, registered while it answers')
    .description(
      'Runs any program and registers it while it answers. Before it is told to stop its callers let go of it, and what ' +
        'they have sent is answered. The program finds its port in PORT, and {port} in its arguments becomes it; its id and ' +
        'its service are in ROLLCALL_INSTANCE_ID and ROLLCALL_SERVICE. The exit code is that of the program.',
    )
    .usage('[options] -- <program> [arguments]')
    .argument('<program...>', 'the program and its arguments, behind --');
  addRegistrationOptions(run)
    .requiredOption('--port <port>', 'port that the program listens on, or auto for a free one', portOf)
    .option(
      '--health <path>',
      'well is what answers there below 500 (default, and for h2c: a connection to the port)',
    )
    .addOption(
      durationOption(
        '--health-interval <time>',
        'between two checks; three failures take it off the list',
        '5s',
      ),
    )
    .addOption(durationOption('--health-timeout <time>', 'how long one check may take', '2s'))
    .option('--host <address>', 'address that the program listens on, if not on loopback too')
    .option('--tls', 'the program speaks TLS; if it requires a certificate, it is shown that of --cert-file')
    .option('--advertise-url <url>', 'its address as others reach it (ADVERTISE_URL; default: found out)')
    .addOption(durationOption('--start-timeout <time>', 'how long it may take until it answers', '60s'))
    .option('--require-registry', 'start nothing while no registry answers')
    .addOption(durationOption('--drain-timeout <time>', 'how long callers may take to let go of it', '5s'))
    .addOption(durationOption('--linger <time>', 'how long it serves on if not all of them have', '5s'))
    .addOption(
      durationOption('--settle <time>', 'how long open connections may take to end after that (Linux)', '5s'),
    )
    .option('--stop-signal <signal>', 'tells the program to stop', signalOf, 'SIGTERM')
    .addOption(durationOption('--grace <time>', 'how long it may take to stop before it is killed', '30s'))
    .action(
      act(async (session, command: readonly string[], options: RunOptions) => {
        const settings = await runSettings(command, options, session);
        // Whatever else is wrong there the registrar tells, again and again.
        if (options.requireRegistry === true) await session.registry.whoami();
        return runProgram(settings, {
          env: session.env,
          tell: (line) => session.out.hint(`rollcall: ${line}`),
          interrupted: session.signal,
          takeSignals: session.takeSignals,
        });
      }),
    );
};

function portOf(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('write a number from 1 to 65535, or auto.');
}

function signalOf(text: string): NodeJS.Signals {
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  if (isSignal(name)) return name;
  throw new InvalidArgumentError('write the name of a signal, as TERM or SIGQUIT.');
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}
