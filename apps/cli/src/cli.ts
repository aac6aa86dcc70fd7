import { Command, CommanderError, Option } from 'commander';
import { packageVersion, printable } from '@rollcall/service-kit';
import { CliFault } from './cli-fault';
import type { Act } from './command';
import { COMMANDS } from './commands';
import { readSettings, type GlobalFlags } from './config';
import { EXIT, SIGNAL_EXIT } from './exit-codes';
import { createOutput, OUTPUT_FORMATS, type OutputFormat, type TextSink } from './output/output';
import { createPaint } from './output/paint';
import { createGatewayApi } from './registry-api/gateway-api';
import { createRegistryApi } from './registry-api/registry-api';
import type { Session } from './session';
import type { TakeSignals } from './signals';

/** The world around one run of the command. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Aborted, with the signal's name as the reason, when the command is to end. */
  readonly signal: AbortSignal;
  readonly takeSignals: TakeSignals;
  /** Asks the person at the terminal; `undefined` where there is none. */
  readonly ask: Session['ask'];
}

/** Runs one command line. Never rejects. @returns the exit code */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
  let exitCode: number | undefined;
  const program = createProgram(surroundings, (code) => (exitCode = code));
  // As an option of all it would be taken for those of commands, where it is an instance's.
  if (args[0] === '--version') {
    stdout.write(`${packageVersion(__dirname)}\n`);
    return EXIT.ok;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    if (exitCode !== undefined) return exitCode;
  } catch (error) {
    if (!signal.aborted) return explained(error, stderr, coloured(stderr, surroundings.env));
  }
  return signal.aborted ? SIGNAL_EXIT[signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'] : EXIT.ok;
}

/** The whole command, with its help. */
export function createProgram(surroundings: Surroundings, onExitCode: (code: number) => void): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command('rollcall')
    .description('Runs Rollcall, shows what it knows, and steers it.')
    .addOption(
      new Option('-o, --output <form>', 'form of the answer').choices(OUTPUT_FORMATS).default('table'),
    )
    .option('--registry <url>', 'address of the registry, or several with commas (REGISTRY_URL)')
    .option('--token-file <file>', 'file with the token for the registry (REGISTRY_TOKEN_FILE)')
    .option('--ca-file <file>', 'PEM file of the authority of its certificate (REGISTRY_CA_FILE)')
    .option('--cert-file <file>', 'PEM file of the certificate to show there (REGISTRY_CERT_FILE)')
    .option('--key-file <file>', 'PEM file of its private key (REGISTRY_KEY_FILE)')
    .option('--gateway-admin <url>', "address of the gateway's admin port (GATEWAY_ADMIN_URL)")
    .option('--admin-token-file <file>', 'file with the token for the admin port (ADMIN_TOKEN_FILE)')
    .option('--profile <name>', 'settings of the file of profiles (ROLLCALL_PROFILE)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // The faults of a command line are told like all others.
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();

  const act: Act =
    <A extends readonly unknown[]>(work: (session: Session, ...given: A) => Promise<number | void>) =>
    async (...given) => {
      // Commander hands over the command itself last.
      const command = given.at(-1) as Command;
      const session = openSession(surroundings, command.optsWithGlobals());
      const code = await work(session, ...(given.slice(0, -1) as unknown as A));
      if (typeof code === 'number') onExitCode(code);
    };
  for (const add of COMMANDS) add(program, act);
  return program;
}

function openSession(
  { env, stdout, stderr, signal, takeSignals, ask }: Surroundings,
  flags: GlobalFlags & { readonly output: OutputFormat },
): Session {
  const settings = readSettings(flags, env);
  return {
    settings,
    registry: createRegistryApi(settings, signal),
    gateway: createGatewayApi(settings, signal),
    out: createOutput({ stdout, stderr, format: flags.output, coloured: coloured(stdout, env) }),
    env,
    signal,
    takeSignals,
    ask,
    now: Date.now,
  };
}

/** Colours are for a terminal, and not for people who set NO_COLOR (https://no-color.org). */
function coloured(stream: TextSink, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Tells what went wrong and how to mend it. @returns the exit code */
function explained(error: unknown, stderr: TextSink, colour: boolean): number {
  const paint = createPaint(colour);
  const tell = (fault: string, mend: string | undefined): void => {
    for (const [index, line] of fault.split('\n').entries())
      stderr.write(`${index === 0 ? paint('red', 'error:') : '      '} ${printable(line)}\n`);
    if (mend !== undefined) stderr.write(` ${paint('bold', 'mend:')} ${printable(mend)}\n`);
  };
  if (error instanceof CliFault) {
    tell(error.message, error.mend);
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    // Without any command the help has been shown already.
    if (error.code !== 'commander.help')
      tell(error.message.replace(/^error: /, ''), 'add --help for what can be written');
    return EXIT.usage;
  }
  tell(
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    'this is a fault of rollcall itself: please report it',
  );
  return EXIT.no;
}
